/** What a decision record says of its caller, for display. */
import type { ConsoleSetup, SeenCall } from '../wire.ts';

type SeenRecord = SeenCall['record'];

interface RecordedCaller {
  readonly kind?: unknown;
  readonly id?: unknown;
}

const callerIn = (record: SeenRecord): RecordedCaller =>
  (record?.['principal'] as RecordedCaller | undefined) ?? {};

/** uid of the user whose call it is of; nothing where the token was refused, and for machines. */
export function userIn(record: SeenRecord): unknown {
  const { kind, id } = callerIn(record);
  return kind === 'user' ? id : undefined;
}

export const groupsIn = (record: SeenRecord): readonly string[] =>
  Array.isArray(record?.['groups']) ? record['groups'] : [];

/** Login of a local user, else the id; empty for a call without a valid token. */
export function callerName({ users }: Pick<ConsoleSetup, 'users'>, record: SeenRecord): string {
  const { id } = callerIn(record);
  const user = users.find(({ uid }) => uid === userIn(record));
  return user?.login ?? (typeof id === 'string' ? id : '');
}

/** With what the gateway did where that is not what the rules say. */
export const outcomeLabel = (call: SeenCall): string =>
  `${outcomeOf(call)}${call.record?.['wouldDeny'] === true ? ' (shadow: passed)' : ''}`;

/** The code of the record, `ALLOWED`, or who answered without one. */
export function outcomeOf({ record, kind, answeredBy, routeKey }: SeenCall): string {
  if (record !== undefined) return String(record['code'] ?? 'ALLOWED');
  if (kind === 'preflight') return 'preflight';
  if (answeredBy === 'gateway' && routeKey === undefined) return 'no such route';
  return { authorizer: 'no record', cache: 'kept answer', gateway: 'no authorizer asked' }[
    answeredBy
  ];
}
