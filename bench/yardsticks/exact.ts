/** A hand-written authorizer with an exact quota: aws-jwt-verify, and one signed request a call. */
import { JwtVerifier } from 'aws-jwt-verify';
import { minuteOf, take } from './counter.ts';
import { AUDIENCE, allow, bearer, type GatewayEvent, ISSUER, KEYS } from './gateway.ts';

const verifier = JwtVerifier.create({ issuer: ISSUER, audience: AUDIENCE, jwksUri: KEYS });

export const handler = async (event: GatewayEvent): Promise<unknown> => {
  const { sub = '' } = await verifier.verify(bearer(event));
  return allow(sub, event, await take(minuteOf(sub), 1));
};
