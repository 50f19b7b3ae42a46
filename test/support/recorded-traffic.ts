/**
 * Decision records of made-up traffic: decided and charged by the authorizer's own code, with its
 * clock at each call's time.
 */
import { memoryQuotaStore } from '../../lambda/adapters/memory-quota-store.ts';
import { quotaLimiter } from '../../lambda/authorizer/quota-limiter.ts';
import { refuse } from '../../lambda/core/contract/codes.ts';
import type { DecisionRecord, RecordedQuota } from '../../lambda/core/contract/decision-record.ts';
import { type Decision, decide } from '../../lambda/core/decision/decide.ts';
import { entitlementsOf } from '../../lambda/core/decision/entitlements.ts';
import { parseModel } from '../../lambda/core/model/load-model.ts';
import type { ModelFile } from '../../lambda/core/model/model-file.ts';
import { type Principal, principalId } from '../../lambda/core/token/principal.ts';

export interface MadeCall {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly route: string;
  readonly principal: Principal;
}

export interface Recording {
  readonly mode?: 'enforce' | 'shadow';
  /** What the records say; default: the model's version. */
  readonly mapVersion?: string;
}

export const user = (
  uid: string,
  groups: readonly string[],
  scopes: readonly string[] = [],
): Principal => ({
  kind: 'user',
  uid,
  cid: '0oa1web',
  groups,
  scopes,
});

export const machine = (cid: string): Principal => ({ kind: 'machine', cid, scopes: [] });

/** One record a call, in the calls' order; the calls must be in the order of time. */
export async function recordsOf(
  file: ModelFile,
  calls: readonly MadeCall[],
  { mode = 'enforce', mapVersion }: Recording = {},
) {
  const model = parseModel(file);
  let now = 0;
  const charge = quotaLimiter(model, memoryQuotaStore(), { now: () => now });
  const records: DecisionRecord[] = [];
  for (const [index, { at, route, principal }] of calls.entries()) {
    now = at;
    const entitlements = entitlementsOf(model, principal);
    let decision = decide(model, entitlements, route);
    let quota: RecordedQuota | undefined;
    const charged =
      decision.effect === 'allow' &&
      decision.reason !== 'public' &&
      decision.reason !== 'signed_in';
    const outcome = charged ? await charge(entitlements, route) : undefined;
    if (outcome?.kind === 'admitted' || outcome?.kind === 'exceeded') {
      const { quota: name, payer, limit, remaining, endsAt } = outcome.state;
      const by = (['user', 'group'] as const).find((kind) => payer.startsWith(`${kind}:`));
      quota = {
        name,
        by: by ?? 'client',
        limit,
        remaining,
        endsAt,
        ...(outcome.kind === 'exceeded' && { exceeded: true as const }),
      };
      if (outcome.kind === 'exceeded' && outcome.onExceeded === 'refuse') {
        decision = {
          effect: 'deny',
          route,
          ...refuse('QUOTA_EXCEEDED', 'window_full'),
        } satisfies Decision;
      }
    }
    const code = decision.effect === 'deny' ? decision.code : undefined;
    const named = principal.kind === 'user' ? principal.groups : [];
    records.push({
      record: 'decision',
      v: 1,
      time: new Date(at).toISOString(),
      requestId: `request-${index}`,
      apiId: 'api',
      stage: '$default',
      route,
      effect: code !== undefined && mode === 'enforce' ? 'deny' : 'allow',
      mode,
      ...(code !== undefined && { code }),
      reason: decision.reason,
      ...(code !== undefined && mode === 'shadow' && { wouldDeny: true as const }),
      principal: {
        kind: principal.kind,
        id: principalId(principal),
        cid: principal.cid,
        ...(principal.block !== undefined && { block: principal.block }),
      },
      groups: entitlements.groups,
      ...(principal.kind === 'user' && {
        unmappedGroups: named.filter((name) => !model.groups.has(name)).length,
      }),
      ...(model.scopes === 'intersect' && { scopes: principal.scopes }),
      ...(quota && { quota }),
      mapVersion: mapVersion ?? model.version,
      durationMs: 2,
      weight: 1,
    });
  }
  return records;
}

export const jsonLines = (records: readonly unknown[]): string =>
  records.map((record) => `${JSON.stringify(record)}\n`).join('');
