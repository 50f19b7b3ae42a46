/**
 * What events of an Okta org void: one table. Event types, their descriptions and whether a hook
 * may have them: Okta's catalogue of event types
 * (developer.okta.com/docs/reference/api/event-types, August 2026); the shapes of events in Okta,
 * "System Log API", `LogEvent`.
 */
import { isId } from '../contract/okta-ids.ts';
import {
  clientSubject,
  groupSubject,
  type NewRevocation,
  type RevocationReason,
  userClientSubject,
  userSubject,
} from '../contract/revocation.ts';
import { isObject } from '../json/json-object.ts';

/** The owner of the tokens that an event revokes. */
type RevokedParty =
  /** Those of the user. */
  | 'user'
  /** Those of the user, whatever group of the map it is about. */
  | 'member'
  /** Those that the user got by the client. */
  | 'userOfClient'
  | 'client'
  /** Those that carry the group. */
  | 'group';

interface EventRule {
  readonly reason: RevocationReason;
  readonly revokes: RevokedParty;
  readonly withMargin?: true;
  /** Only where somebody else than the user did it: a user who resets a password loses no token. */
  readonly byOthers?: true;
  /**
   * Whether its outcome says that it happened. Default: unless it failed. A lock is reported as a
   * sign-in that failed.
   */
  readonly anyOutcome?: true;
  /** The user is the actor where the event has no targets. Default: no. */
  readonly orActor?: true;
}

const DEACTIVATION = { withMargin: true } as const;

/** By event type. All are `event-hook-eligible`. */
const RULES: Readonly<Record<string, EventRule>> = {
  'user.lifecycle.deactivate': { reason: 'user_deactivated', revokes: 'user', ...DEACTIVATION },
  'user.lifecycle.suspend': { reason: 'user_suspended', revokes: 'user', ...DEACTIVATION },
  'user.lifecycle.delete.initiated': { reason: 'user_deleted', revokes: 'user', ...DEACTIVATION },
  'user.account.lock': {
    reason: 'user_locked',
    revokes: 'user',
    anyOutcome: true,
    orActor: true,
    ...DEACTIVATION,
  },
  // By an administrator, or by Okta itself where it finds a breached password.
  'user.session.clear': { reason: 'sessions_revoked', revokes: 'user' },
  'app.oauth2.as.consent.revoke.user': {
    reason: 'sessions_revoked',
    revokes: 'user',
    byOthers: true,
  },
  'user.account.reset_password': { reason: 'password_reset', revokes: 'user', byOthers: true },
  'group.user_membership.remove': { reason: 'group_removed', revokes: 'member', withMargin: true },
  'group.user_membership.add': { reason: 'group_added', revokes: 'member', withMargin: true },
  'application.user_membership.remove': {
    reason: 'app_unassigned',
    revokes: 'userOfClient',
    withMargin: true,
  },
  'application.lifecycle.deactivate': {
    reason: 'client_deactivated',
    revokes: 'client',
    ...DEACTIVATION,
  },
  'application.lifecycle.delete': {
    reason: 'client_deactivated',
    revokes: 'client',
    ...DEACTIVATION,
  },
  'group.lifecycle.delete': { reason: 'group_deleted', revokes: 'group', withMargin: true },
};

/** Event types that a hook of ours asks for. */
export const OKTA_EVENT_TYPES: readonly string[] = Object.keys(RULES).sort();

/** Outcomes of what did not happen. Source: Okta, "System Log API", `outcome.result`. */
const NOT_DONE = ['FAILURE', 'SKIPPED', 'DENY', 'UNANSWERED', 'ABANDONED', 'RATE_LIMIT'];

/** Which groups of the org count. */
export interface MappedGroups {
  /** Who loses one of them loses the tokens that carry it. Names in Okta. */
  readonly removed: ReadonlySet<string>;
  /** Who gets one of them loses the tokens that lack it. */
  readonly added: ReadonlySet<string>;
}

/** Somebody or something that an event names. */
interface Party {
  readonly id: string;
  readonly type: string;
  readonly name: string;
}

/** What one event revokes, and for the count of mass removals the groups that were lost. */
export interface EventMeaning {
  readonly uuid: string;
  readonly revocations: readonly NewRevocation[];
  /** Groups of the map from which somebody was removed; the entries are of users. */
  readonly lostGroups: readonly string[];
}

/**
 * @param event as Okta sends it, which nobody has looked at.
 * @param issuedUpTo T in milliseconds since 1970.
 * @returns undefined where the event revokes nothing.
 */
export function meaningOf(
  event: unknown,
  groups: MappedGroups,
  issuedUpTo: number,
): EventMeaning | undefined {
  if (!isObject(event)) return undefined;
  const type = text(event['eventType']);
  const rule = Object.hasOwn(RULES, type) ? RULES[type] : undefined;
  const uuid = text(event['uuid']);
  if (rule === undefined || !isEventUuid(uuid) || !hasHappened(rule, event['outcome']))
    return undefined;
  const found = subjectsOf(rule, partiesOf(event, rule), groups);
  const revocations = found.subjects.map(
    (subject): NewRevocation => ({
      subject,
      issuedUpTo,
      reason: rule.reason,
      ...(rule.withMargin && { withMargin: true }),
    }),
  );
  return revocations.length === 0 ? undefined : { uuid, revocations, lostGroups: found.lost };
}

interface RevokedSubjects {
  readonly subjects: readonly string[];
  readonly lost: readonly string[];
}

interface Parties {
  readonly users: readonly string[];
  readonly apps: readonly string[];
  readonly groups: readonly string[];
}

function subjectsOf(
  { revokes, reason }: EventRule,
  parties: Parties,
  mapped: MappedGroups,
): RevokedSubjects {
  const { users, apps } = parties;
  const names = parties.groups.filter((name) =>
    (reason === 'group_added' ? mapped.added : mapped.removed).has(name),
  );
  const only = (subjects: readonly string[]): RevokedSubjects => ({ subjects, lost: [] });
  switch (revokes) {
    case 'user':
      return only(users.map(userSubject));
    case 'userOfClient':
      return only(users.flatMap((uid) => apps.map((cid) => userClientSubject(uid, cid))));
    case 'client':
      return only(apps.map(clientSubject));
    case 'group':
      return only(names.map(groupSubject));
    case 'member':
      return {
        subjects: names.length === 0 ? [] : users.map(userSubject),
        lost: reason === 'group_removed' && users.length > 0 ? names : [],
      };
  }
}

/** An `AppUser`, which is beside a `User` where an app is taken away, is no user. */
function partiesOf(event: Readonly<Record<string, unknown>>, rule: EventRule): Parties {
  const actor = partyOf(event['actor']);
  const targets = Array.isArray(event['target'])
    ? event['target'].flatMap((target: unknown) => partyOf(target) ?? [])
    : [];
  const named = targets.length === 0 && rule.orActor && actor ? [actor] : targets;
  const users = unique(named.filter(({ type }) => type === 'User').map(({ id }) => id));
  return {
    users: rule.byOthers ? users.filter((uid) => uid !== actor?.id) : users,
    apps: unique(named.filter(({ type }) => type === 'AppInstance').map(({ id }) => id)),
    groups: unique(named.filter(({ type }) => type === 'UserGroup').map(({ name }) => name)),
  };
}

const unique = (texts: readonly string[]): readonly string[] => [...new Set(texts)];

function partyOf(value: unknown): Party | undefined {
  if (!isObject(value)) return undefined;
  const id = text(value['id']);
  return isId(id) ? { id, type: text(value['type']), name: text(value['displayName']) } : undefined;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/**
 * The uuid goes into keys of the hub's table (contract/revocation.ts), where a `#` would be the
 * next part of the key. Who is named does not: a subject is an attribute.
 */
const isEventUuid = (uuid: string): boolean => /^[\w-]{1,100}$/.test(uuid);

function hasHappened({ anyOutcome }: EventRule, outcome: unknown): boolean {
  if (anyOutcome) return true;
  return !(isObject(outcome) && NOT_DONE.includes(text(outcome['result'])));
}
