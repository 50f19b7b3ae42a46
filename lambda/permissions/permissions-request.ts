/**
 * Reads the caller from the event of an HTTP API (payload 2.0) or of a REST API: from the
 * authorizer's context, never from what the caller claims. Source: API Gateway Developer Guide,
 * "Create AWS Lambda proxy integrations for HTTP APIs", and the same for REST APIs.
 */

import { type ContextField, MISSING_VALUE } from '../core/contract/context-fields.ts';
import { isStrings, membersIn } from '../core/json/json-object.ts';
import type { AccessModel } from '../core/model/model.ts';
import { bearerToken } from '../core/token/bearer.ts';
import type { Principal } from '../core/token/principal.ts';

export interface PermissionsRequest {
  readonly method: string;
  readonly principal: Principal;
  readonly ifNoneMatch: string | undefined;
}

/**
 * The event did not pass our authorizer, so the caller is unknown. The message names the field,
 * never its value.
 */
class UnauthorizedEvent extends Error {
  override readonly name = 'UnauthorizedEvent';
}

type EventFields = Readonly<Record<string, unknown>>;

/** @throws UnauthorizedEvent */
export function readRequest(
  event: unknown,
  model: Pick<AccessModel, 'scopes' | 'okta'>,
): PermissionsRequest {
  const context = membersIn(membersIn(event)['requestContext']);
  const authorizer = membersIn(context['authorizer']);
  const found = 'lambda' in authorizer ? membersIn(authorizer['lambda']) : authorizer;
  const headers = membersIn(membersIn(event)['headers']);
  const method = membersIn(context['http'])['method'] ?? membersIn(event)['httpMethod'] ?? '';
  return {
    method: String(method),
    principal: principalIn(found, header(headers, 'authorization'), model),
    ifNoneMatch: header(headers, 'if-none-match'),
  };
}

/**
 * The context has neither `scp` nor the issuer; they are read from the payload of the event's
 * token, which the authorizer has verified already.
 */
function principalIn(
  found: EventFields,
  authorization: string | undefined,
  { scopes: mode, okta }: Pick<AccessModel, 'scopes' | 'okta'>,
): Principal {
  const cid = textOf(found, 'cid');
  const uid = textOf(found, 'uid');
  const groups = groupsIn(textOf(found, 'groups'));
  const claims = authorizedClaims(authorization, { uid, cid });
  const block =
    okta.length > 1
      ? okta.find(({ issuers }) => issuers.includes(String(claims['iss'])))?.name
      : undefined;
  const caller = {
    cid,
    scopes: mode === 'intersect' && isStrings(claims['scp']) ? claims['scp'] : [],
    ...(block !== undefined && { block }),
  };
  return uid === MISSING_VALUE
    ? { kind: 'machine', ...caller }
    : { kind: 'user', uid, groups, ...caller };
}

function textOf(found: EventFields, name: ContextField): string {
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
    // Reported below: the parser's own message would quote the text.
  }
  throw new UnauthorizedEvent("the authorizer's `groups` are not a JSON list of names");
}

/**
 * The claims of the authorized token; none where the header has another token than the context is
 * about.
 */
function authorizedClaims(
  authorization: string | undefined,
  { uid, cid }: { readonly uid: string; readonly cid: string },
): EventFields {
  const bearer = bearerToken(authorization === undefined ? [] : [authorization]);
  if ('code' in bearer) return {};
  try {
    const claims = membersIn(
      JSON.parse(Buffer.from(bearer.token.split('.')[1] ?? '', 'base64url').toString('utf8')),
    );
    return claims['cid'] === cid && (claims['uid'] ?? MISSING_VALUE) === uid ? claims : {};
  } catch {
    return {};
  }
}

/** One header of an event, whatever the case of its name. */
export const headerOf = (event: unknown, wanted: string): string | undefined =>
  header(membersIn(membersIn(event)['headers']), wanted);

function header(headers: EventFields, wanted: string): string | undefined {
  const value = Object.entries(headers).find(([name]) => name.toLowerCase() === wanted)?.[1];
  return typeof value === 'string' ? value : undefined;
}
