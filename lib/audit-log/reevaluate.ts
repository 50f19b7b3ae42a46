/** The decision of another map on a recorded call, from what the record says of the caller. */

import type { RefusalCode } from '../../lambda/core/contract/codes.ts';
import type {
  DecisionRecord,
  RecordedPrincipal,
} from '../../lambda/core/contract/decision-record.ts';
import { type Decision, decide } from '../../lambda/core/decision/decide.ts';
import { type Entitlements, entitlementsOf } from '../../lambda/core/decision/entitlements.ts';
import { hasBit } from '../../lambda/core/model/bits.ts';
import type { AccessModel } from '../../lambda/core/model/model.ts';
import type { OktaModel } from '../../lambda/core/model/model-file.ts';
import { issuingBlock } from '../../lambda/core/model/okta-block.ts';
import { MAX_RECORDED_ROUTES, pathRefusals } from '../../lambda/core/path/path-decision.ts';
import type { ReadingClass } from '../../lambda/core/path/readings.ts';
import { clientRefusal, type TokenClient } from '../../lambda/core/token/client-refusal.ts';
import type { Principal } from '../../lambda/core/token/principal.ts';

/**
 * Why a record is not enough to evaluate the call by another map: the machine's client id is
 * hashed; the scopes of the token are not recorded; the map has no okta block of that name; the
 * record does not name the groups; the route is in shadow mode on an attached API, whose prior
 * authorizer decides; the path, which is not recorded, may mean another route in the other map.
 */
export type UnknownReason = 'hashed' | 'scopes' | 'block' | 'groups' | 'prior' | 'path';

export type Reevaluation =
  /** By the rules alone; whether a quota has room comes after it. */
  | {
      readonly kind: 'decided';
      readonly decision: Decision;
      readonly entitlements?: Entitlements;
      /** A refusal of the path that shadow mode makes as well. */
      readonly holdsInShadow?: boolean;
    }
  /** The refusal does not depend on the map: an invalid token, missing keys, a path. */
  | { readonly kind: 'unaffected' }
  | { readonly kind: 'unknown'; readonly why: UnknownReason };

/**
 * Refusals that depend on data which records do not hold: the path, a token's id, a list of more
 * than 1,000 groups, the list of revoked tokens of that time.
 */
const UNAFFECTED_CODES: ReadonlySet<RefusalCode> = new Set<RefusalCode>([
  'PATH_REFUSED',
  'GROUPS_TOO_MANY',
  'KEYS_UNAVAILABLE',
  'TOKEN_REVOKED',
  'REVOCATIONS_UNAVAILABLE',
  'EVENT_MALFORMED',
]);
const isUnaffected = ({ code, reason }: DecisionRecord): boolean =>
  code !== undefined &&
  reason !== 'closed_route' &&
  (UNAFFECTED_CODES.has(code) || (code === 'BLOCKED' && reason === 'token'));

export function reevaluate(model: AccessModel, record: DecisionRecord): Reevaluation {
  const { route, principal } = record;
  if (route === undefined) return { kind: 'unaffected' };
  const index = model.routeIndex.get(route);
  // A public route has no authorizer, so that nobody is refused there.
  if (index !== undefined && hasBit(model.public, index))
    return decided({ effect: 'allow', reason: 'public', route });
  if (principal === undefined || isUnaffected(record)) return { kind: 'unaffected' };
  const okta = issuingBlock(model, principal.block);
  if (okta === undefined) return { kind: 'unknown', why: 'block' };
  if (isHashed(principal) && principal.kind === 'machine')
    return { kind: 'unknown', why: 'hashed' };
  if (principal.kind === 'user' && record.groups === undefined)
    return { kind: 'unknown', why: 'groups' };
  const client = clientRefusal(model, okta, clientOf(principal));
  if (client !== undefined) return decided({ effect: 'deny', route, ...client });
  const entitlements = entitlementsOf(model, callerOf(model, okta, record, principal));
  const decision = decide(model, entitlements, route);
  const guessed =
    model.scopes === 'intersect' && record.scopes === undefined && decision.reason !== 'signed_in';
  if (guessed && decision.effect === 'allow') return { kind: 'unknown', why: 'scopes' };
  const path = decision.effect === 'allow' ? pathAgainst(model, record, entitlements) : undefined;
  return path ?? decided(decision, entitlements);
}

/**
 * A path that was refused or reported for what a back end may read it as: whether the other map
 * refuses it. Undefined where it does not.
 */
function pathAgainst(
  model: AccessModel,
  { route = '', code, reason, reading }: DecisionRecord,
  entitlements: Entitlements,
): Reevaluation | undefined {
  if (reading === undefined)
    return code === 'PATH_REFUSED' && reason === 'closed_route'
      ? { kind: 'unknown', why: 'path' }
      : undefined;
  const { by, on = route } = reading;
  const index = model.routeIndex.get(on);
  const trusted =
    index !== undefined && (hasBit(model.exactPaths, index) || hasBit(model.reportPaths, index));
  if (trusted && !by.includes('method')) return undefined;
  const known = reading.routes.filter((one) => model.routeIndex.has(one));
  // The record names some of the routes alone, and those of another map.
  const refusal = pathRefusals(model).read(
    {
      route,
      needs: known.map((one) => ({ route: one, by: [...by] as ReadingClass[] })),
      misses: [],
      odd: [],
      unbounded: false,
    },
    on,
    entitlements,
  );
  if (refusal) {
    const decision: Decision = { effect: 'deny', route, ...refusal.refusal };
    return { ...decided(decision, entitlements), holdsInShadow: refusal.holdsInShadow };
  }
  const isComplete =
    known.length > 0 &&
    known.length === reading.routes.length &&
    known.length < MAX_RECORDED_ROUTES;
  return isComplete ? undefined : { kind: 'unknown', why: 'path' };
}

/** With `audit.hashPrincipal` the record has a digest in the place of the id, and no client id. */
export const isHashed = ({ cid }: RecordedPrincipal): boolean => cid === undefined;

const decided = (
  decision: Decision,
  entitlements?: Entitlements,
): Extract<Reevaluation, { kind: 'decided' }> => ({
  kind: 'decided',
  decision,
  ...(entitlements && { entitlements }),
});

/** A hashed one is not known, and taken for one that the map accepts. */
const clientOf = ({ kind, id, cid }: RecordedPrincipal): TokenClient | undefined =>
  cid === undefined ? undefined : { cid, ...(kind === 'user' && { uid: id }) };

/**
 * Placeholder names for groups that the recorded map did not have. No map can contain such a name,
 * so they stay unmapped.
 */
const unmapped = (count = 0): readonly string[] =>
  Array.from({ length: Math.min(count, 1_000) }, (_, index) => `\u0000${index}`);

function callerOf(
  model: AccessModel,
  okta: OktaModel,
  record: DecisionRecord,
  { kind, id, cid }: RecordedPrincipal,
): Principal {
  const scopes = record.scopes ?? model.permissions.map(({ name }) => name);
  const block = okta.name === undefined ? {} : { block: okta.name };
  if (kind === 'machine') return { kind, cid: cid ?? id, scopes, ...block };
  const groups = [...(record.groups ?? []), ...unmapped(record.unmappedGroups)];
  return { kind, uid: id, cid: cid ?? '-', groups, scopes, ...block };
}

/** The code and reason of a decision, in one word each. */
export const outcomeOf = (decision: Decision): string =>
  decision.effect === 'deny' ? `${decision.code} ${decision.reason}` : decision.reason;
