/** Whether a token that is valid in itself was revoked since it was issued. */
import { type Refusal, refuse } from '../core/contract/codes.ts';
import type { RevocationReason } from '../core/contract/revocation.ts';
import type { AccessModel } from '../core/model/model.ts';
import type { OktaModel, RevocationFile } from '../core/model/model-file.ts';
import type { Principal } from '../core/token/principal.ts';
import type { RevocationList } from '../ports.ts';
import { type FreshList, type FreshListOptions, freshList } from './fresh-list.ts';

/** `unread`: the list is not known, and the map lets calls pass then. */
export type RevocationOutcome = 'good' | 'unread' | Refusal;

/** A promise only where the list has to be read first. Never throws. */
export type RevocationCheck = (
  principal: Principal,
) => RevocationOutcome | Promise<RevocationOutcome>;

export interface RevocationParts extends Pick<FreshListOptions, 'clock' | 'wait'> {
  /** The list of an Okta org of the model; asked once for each. */
  readonly listOf: (org: string) => RevocationList;
  readonly onFailure: (org: string, error: unknown) => void;
}

export interface Revocations {
  readonly check: RevocationCheck;
  /** Reads the lists, so that the first request finds them. Never throws. */
  warmUp(): Promise<void>;
}

export function revocations(model: AccessModel, parts: RevocationParts): Revocations {
  const lists = new Map(model.revocation.map((file) => [file.org, readListOf(file, parts)]));
  const checks = new Map(
    model.okta.map((okta) => [okta.name, blockCheck(model, okta, lists.get(okta.revokedBy ?? ''))]),
  );
  const first = checks.get(model.okta[0]?.name);
  return {
    check: (principal) => {
      const check = principal.block === undefined ? first : checks.get(principal.block);
      return check ? check(principal) : 'good';
    },
    async warmUp() {
      await Promise.all([...lists.values()].map(({ fresh }) => fresh.ready()));
    },
  };
}

interface ReadList {
  readonly fresh: FreshList;
  readonly whenUnread: RevocationOutcome;
}

const readListOf = (file: RevocationFile, parts: RevocationParts): ReadList => ({
  fresh: freshList({
    ...{ list: parts.listOf(file.org), clock: parts.clock, wait: parts.wait },
    withinMs: file.withinSeconds * 1_000,
    marginSeconds: file.marginSeconds,
    onFailure: (error) => parts.onFailure(file.org, error),
  }),
  whenUnread:
    file.onStoreFailure === 'deny' ? refuse('REVOCATIONS_UNAVAILABLE', 'read_failed') : 'unread',
});

function blockCheck(
  model: AccessModel,
  okta: OktaModel,
  list: ReadList | undefined,
): RevocationCheck | undefined {
  if (!list) return undefined;
  const { fresh, whenUnread } = list;
  const reasonOf = rememberedReason(model, okta, fresh);
  const evaluate = (principal: Principal): RevocationOutcome => {
    const reason = reasonOf(principal);
    return reason === undefined ? 'good' : refuse('TOKEN_REVOKED', reason);
  };
  // An old list stays true: a token that it revokes stays revoked.
  const evaluateUnread = (principal: Principal): RevocationOutcome => {
    const outcome = evaluate(principal);
    return outcome === 'good' ? whenUnread : outcome;
  };
  return (principal) => {
    const ready = fresh.ready();
    if (ready === true) return evaluate(principal);
    if (ready === false) return evaluateUnread(principal);
    return ready.then((isReady) => (isReady ? evaluate(principal) : evaluateUnread(principal)));
  };
}

interface KnownReason {
  readonly revision: number;
  readonly reason: RevocationReason | undefined;
}

/** Looked up once for each token and change of the list: a token may name hundreds of groups. */
function rememberedReason(
  model: AccessModel,
  okta: OktaModel,
  { tokens }: FreshList,
): (principal: Principal) => RevocationReason | undefined {
  const known = new WeakMap<Principal, KnownReason>();
  return (principal) => {
    const { revision } = tokens;
    const found = known.get(principal);
    if (found?.revision === revision) return found.reason;
    const reason = tokens.reasonOf({
      uid: principal.kind === 'user' ? principal.uid : undefined,
      cid: principal.cid,
      groups: principal.kind === 'user' ? oktaNames(model, okta, principal.groups) : [],
      // Every token has `iat`. Without it, every entry that names the token revokes it.
      issuedAt: principal.issuedAt ?? 0,
    });
    known.set(principal, { revision, reason });
    return reason;
  };
}

/** Names as Okta has them; of a group that was renamed, the new one too. */
const oktaNames = (
  { groups }: AccessModel,
  { groupPrefix }: OktaModel,
  names: readonly string[],
): readonly string[] => {
  const all = new Set(names.flatMap((name) => [name, groups.get(name)?.name ?? name]));
  return [...all].map((name) => `${groupPrefix}${name}`);
};
