/**
 * Who asks, read from the event of an HTTP API (payload 2.0) or of a REST API: what the authorizer
 * found, never the caller's word. Source: API Gateway Developer Guide, "Create AWS Lambda proxy
 * integrations for HTTP APIs", and the same for REST APIs.
 */

import type { AccessModel } from '../core/model/model.ts';
import { MISSING_VALUE } from '../core/policy/context.ts';
import { bearerToken } from '../core/token/bearer.ts';
import type { Principal } from '../core/token/principal.ts';

export interface PermissionsRequest {
  readonly method: string;
  readonly principal: Principal;
  readonly ifNoneMatch: string | undefined;
}

/**
 * The event did not come through our authorizer, so nothing is known of the caller; names what is
 * wrong, never what it holds.
 */
export class UnauthorizedEvent extends Error {
  override readonly name = 'UnauthorizedEvent';
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * What the context does not tell, `scp` and the issuer, is read from the payload of the token that
 * the event carries: the authorizer has verified it, so that is not done again here.
 * @throws UnauthorizedEvent
 */
export function readRequest(
  event: unknown,
  { scopes: mode, okta }: Pick<AccessModel, 'scopes' | 'okta'>,
): PermissionsRequest {
  const context = fields(fields(event)['requestContext']);
  const http = fields(context['http']);
  const authorizer = fields(context['authorizer']);
  const found = 'lambda' in authorizer ? fields(authorizer['lambda']) : authorizer;
  const cid = textOf(found, 'cid');
  const uid = textOf(found, 'uid');
  const headers = fields(fields(event)['headers']);
  const claims = authorizedClaims(header(headers, 'authorization'), { uid, cid });
  const block =
    okta.length > 1
      ? okta.find(({ issuers }) => issuers.includes(String(claims['iss'])))?.name
      : undefined;
  const caller = {
    cid,
    scopes: mode === 'intersect' && isStrings(claims['scp']) ? claims['scp'] : [],
    ...(block !== undefined && { block }),
  };
  const groups = groupsIn(textOf(found, 'groups'));
  return {
    method: String(http['method'] ?? fields(event)['httpMethod'] ?? ''),
    principal:
      uid === MISSING_VALUE
        ? { kind: 'machine', ...caller }
        : { kind: 'user', uid, groups, ...caller },
    ifNoneMatch: header(headers, 'if-none-match'),
  };
}

const fields = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {};

function textOf(found: Fields, name: string): string {
  const value = found[name];
  if (typeof value !== 'string' || value === '')
    throw new UnauthorizedEvent(`the authorizer's context has no \`${name}\``);
  return value;
}

function groupsIn(json: string): readonly string[] {
  try {
    const groups: unknown = JSON.parse(json);
    if (isStrings(groups)) return groups;
  } catch {
    // Told below: the parser's own message would quote the text.
  }
  throw new UnauthorizedEvent("the authorizer's `groups` are not a JSON list of names");
}

/**
 * The claims of the token that was authorized; none where the header holds another one than the
 * context speaks of.
 */
function authorizedClaims(
  authorization: string | undefined,
  { uid, cid }: { readonly uid: string; readonly cid: string },
): Fields {
  const bearer = bearerToken(authorization === undefined ? [] : [authorization]);
  if ('code' in bearer) return {};
  try {
    const claims = fields(
      JSON.parse(Buffer.from(bearer.token.split('.')[1] ?? '', 'base64url').toString('utf8')),
    );
    return claims['cid'] === cid && (claims['uid'] ?? MISSING_VALUE) === uid ? claims : {};
  } catch {
    return {};
  }
}

const isStrings = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');

/** One header of an event, whatever the case of its name. */
export const headerOf = (event: unknown, wanted: string): string | undefined =>
  header(fields(fields(event)['headers']), wanted);

function header(headers: Fields, wanted: string): string | undefined {
  const value = Object.entries(headers).find(([name]) => name.toLowerCase() === wanted)?.[1];
  return typeof value === 'string' ? value : undefined;
}
