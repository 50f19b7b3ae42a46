/**
 * A call before the first one, while Lambda gives the function a whole processor: what runs for the
 * first time is compiled then, which is most of a first call's time. It is made up, and writes,
 * charges and keeps nothing.
 */

import { hasBit } from '../core/model/bits.ts';
import type { AccessModel } from '../core/model/model.ts';
import { pathWith } from '../core/path/parameters.ts';
import { splitRoute } from '../core/path/route-key.ts';
import { parametersOf } from '../core/path/route-template.ts';
import type { Principal } from '../core/token/principal.ts';
import type { Audit } from '../ports.ts';
import { createAuthorizer, type Parts } from './authorize.ts';
import { createHandler } from './handler.ts';

export interface RehearsalParts
  extends Pick<Parts, 'model' | 'clock' | 'policyFor' | 'pseudonym' | 'quota'> {
  /** Takes the record as far as it is written. */
  readonly audit: Audit;
}

/** Never throws. */
export async function rehearse({ audit, ...parts }: RehearsalParts): Promise<void> {
  const { model, clock } = parts;
  const { group, route } = allowedCall(model);
  const somebody: Principal = {
    ...{ kind: 'user', uid: '-', cid: '-', scopes: [] },
    groups: [group],
  };
  try {
    const verifier = { verify: async () => somebody };
    const authorize = createAuthorizer({ ...parts, verifier });
    const { unauthorized, version } = model;
    const handler = createHandler({ authorize, unauthorized, mapVersion: version, clock, audit });
    JSON.stringify(await handler(eventOf(model.kind, route)));
  } catch {
    // Whatever it meets, the first call meets by itself.
  }
}

/** Groups that are looked through: their rows are read for it. */
const MAX_REHEARSED_GROUPS = 20;

/** A group and a route that it may call, with a quota where there is one among the first groups. */
function allowedCall({ groups, routes, quotas }: AccessModel): {
  readonly group: string;
  readonly route: string;
} {
  let found = { group: '-', route: routes[0]?.key ?? 'GET /' };
  let seen = 0;
  for (const { name, allow, quota } of groups.values()) {
    const route = routes.find((_, index) => hasBit(allow, index));
    if (route) found = { group: name, route: route.key };
    const isGoodEnough = route !== undefined && (quota !== undefined || quotas.size === 0);
    if (isGoodEnough || ++seen === MAX_REHEARSED_GROUPS) break;
  }
  return found;
}

function eventOf(kind: AccessModel['kind'], route: string): unknown {
  const { method, template } = splitRoute(route);
  const pathParameters = Object.fromEntries(parametersOf(template).map(({ name }) => [name, '1']));
  const path = template === '$default' ? '/1' : pathWith(template, pathParameters);
  const arn = `arn:aws:execute-api:-:-:-/-/${method}${path}`;
  const requestContext = {
    ...{ apiId: '-', stage: '-', requestId: '-' },
    ...{ httpMethod: method, http: { method, path } },
  };
  const headers = { authorization: 'Bearer -' };
  const sent = { type: 'REQUEST', headers, requestContext, pathParameters };
  if (kind === 'rest')
    return { ...sent, httpMethod: method, resource: template, path, methodArn: arn };
  const routeKey = template === '$default' ? template : route;
  return { ...sent, version: '2.0', rawPath: path, routeArn: arn, routeKey };
}
