/**
 * Ids as tokens, events of Okta, maps and commands write them: a user's uid, a client's id; and the
 * gateway's request ids. They travel in headers and records, and a blank separates two of them:
 * printable ASCII without blanks, at most 100 characters. What may stand in a key of a table is a
 * rule of its own (isEventUuid in core/revocation/okta-events.ts): an id may hold a `#`.
 */
export const ID = /^[!-~]{1,100}$/;

export const isId = (value: unknown): value is string =>
  typeof value === 'string' && ID.test(value);
