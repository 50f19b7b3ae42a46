/** The size of the largest answer that the authorizer can give the gateway for a map. */

import { REFUSALS, type RefusalCode } from '../../../lambda/core/contract/codes.ts';
import type { AuthorizerContext } from '../../../lambda/core/contract/context-fields.ts';
import { LONGEST_PERIOD_SECONDS } from '../../../lambda/core/contract/periods.ts';
import {
  type Entitlements,
  entitlementsOf,
  MAX_TOKEN_GROUPS,
} from '../../../lambda/core/decision/entitlements.ts';
import { addRow, emptyRow, isNonEmptySubset } from '../../../lambda/core/model/bits.ts';
import type { AccessModel } from '../../../lambda/core/model/model.ts';
import { authorizerContext, type ContextFacts } from '../../../lambda/core/policy/context.ts';
import { MAX_RESOURCE_LENGTH, requestPolicy } from '../../../lambda/core/policy/policy.ts';
import type { QuotaState } from '../../../lambda/core/quota/quota-state.ts';

/**
 * Characters of a user's id, and of a client's where any is accepted. Okta's own have 20; custom
 * client ids at most 100.
 */
export const MAX_ID_LENGTH = 100;
/**
 * Largest answer that we return. AWS documents 8 KB for WebSocket APIs and nothing for the others.
 */
export const RESPONSE_LIMIT_BYTES = 8_000;

/**
 * Bytes of the answer as JSON, for the caller, route and quota that make it largest: with `off` the
 * policy of one request is included; with `cached` the policy comes on top, no quota is included,
 * and a code appears only beside a Deny of everything, which is far shorter. Ids and resource are
 * counted as ASCII of the lengths above. Every group of the map at once is the largest caller, with
 * each permission that the groups' allows add up to; a deny that takes some of them away again is
 * not counted.
 */
export function contextBoundBytes(model: AccessModel, mode: 'off' | 'cached'): number {
  const scopes = model.permissions.map(({ name }) => name);
  const machines = [...model.machines.keys()].map((cid) =>
    entitlementsOf(model, { kind: 'machine', cid, scopes }),
  );
  const largest = mode === 'off' ? largestAnswer : largestContext;
  return Math.max(
    ...[largestUser(model, scopes), ...machines].map((entitlements) =>
      largest(model, entitlements),
    ),
  );
}

/** A digest of 128 bits in hexadecimal, where the logs of the map name no principal. */
const longestPseudonym = ({ audit }: AccessModel): string | undefined =>
  audit.hashPrincipal ? 'f'.repeat(32) : undefined;

/** The context of an answer, as long as ids can make it. */
const longContext = (
  model: AccessModel,
  entitlements: Entitlements,
  facts: Partial<ContextFacts> = {},
): AuthorizerContext =>
  authorizerContext({
    mapVersion: model.version,
    entitlements,
    code: undefined,
    quota: undefined,
    quotaExceeded: false,
    pseudonym: longestPseudonym(model),
    now: 0,
    ...facts,
  });

function largestContext(model: AccessModel, entitlements: Entitlements): number {
  const context = longContext(model, entitlements);
  return bytes({ principalId: context.principalId, policyDocument: '', context });
}

function largestUser(model: AccessModel, scopes: readonly string[]): Entitlements {
  const groups = [...model.groups.keys()]
    .toSorted((a, b) => bytes(b) - bytes(a))
    .slice(0, MAX_TOKEN_GROUPS);
  const clients = model.okta.flatMap(({ clients }) =>
    clients === 'any' ? ['c'.repeat(MAX_ID_LENGTH)] : clients,
  );
  const cid = clients.toSorted((a, b) => bytes(b) - bytes(a))[0] ?? '';
  const entitlements = entitlementsOf(model, {
    kind: 'user',
    uid: 'u'.repeat(MAX_ID_LENGTH),
    cid,
    groups,
    scopes,
  });
  const granted = emptyRow(model.signedIn.length);
  for (const grant of model.groups.values()) addRow(granted, grant.allow);
  if (model.everyone) addRow(granted, model.everyone.allow);
  const permissions = model.permissions
    .filter(({ routes }) => isNonEmptySubset(routes, granted))
    .map(({ name }) => name);
  return { ...entitlements, permissions };
}

function largestAnswer(model: AccessModel, entitlements: Entitlements): number {
  const context = (facts: Partial<ContextFacts>) => longContext(model, entitlements, facts);
  const refused = (Object.keys(REFUSALS) as RefusalCode[]).filter(
    (code) => REFUSALS[code].status === 403,
  );
  return Math.max(
    answerBytes('allow', context({})),
    ...refused.map((code) => answerBytes('deny', context({ code }))),
    ...fullQuotas(model).flatMap((quota) => [
      answerBytes('allow', context({ quota: { ...quota, remaining: quota.limit - 1 } })),
      answerBytes('deny', context({ code: 'QUOTA_EXCEEDED', quota, quotaExceeded: true })),
    ]),
  );
}

/** The state of each window at its first second, when the time to its end has the most digits. */
const fullQuotas = ({ quotas }: AccessModel): readonly QuotaState[] =>
  [...quotas.values()].flatMap(({ name, windows }) =>
    windows.map(({ limit, per }) => ({
      quota: name,
      payer: '',
      limit,
      remaining: 0,
      endsAt: LONGEST_PERIOD_SECONDS[per],
    })),
  );

const answerBytes = (effect: 'allow' | 'deny', context: AuthorizerContext): number =>
  bytes({
    principalId: context.principalId,
    policyDocument: requestPolicy(effect, 'r'.repeat(MAX_RESOURCE_LENGTH)),
    context,
  });

const bytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
