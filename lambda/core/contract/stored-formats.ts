/**
 * The version of the form of what is stored between two deployments, and what reading another one
 * means. An item without one is of form 1: version 0.1 wrote none.
 *
 * An attribute or a field that is added does not change the version; one that is taken away or
 * changes its meaning does. A later form must be understood by a release before the first release
 * that writes it, since both run beside each other during a deployment, and the former one alone
 * after a roll-back.
 *
 * | what | a form later than ours |
 * | --- | --- |
 * | quota counts | is not charged and not read: a failed store, so that `onStoreFailure` decides |
 * | copy of the signing keys | counts as none, and the next keys that are fetched take its place |
 * | attachment records | are not read: no route changes, and in shadow mode nothing passes by them |
 * | a hub's list | is a failed read, so that `okta.revocation.onStoreFailure` decides |
 * | the detector's state | counts as none: the detector learns again |
 * | log records | are counted and left out, with a warning |
 */
export const STORED_FORMAT = {
  quotaCounts: 1,
  keyCopy: 1,
  /** The records of routes, of gateway responses and of unmapped routes. */
  attachmentRecord: 1,
  /** Stands in the heartbeat, which every reading of the list meets. */
  revocationList: 1,
} as const;

/** Attribute of an item, or member of a JSON text, that holds the version. */
export const FORMAT_FIELD = 'format';

/**
 * @param format as stored; undefined where nothing is. Anything but a number is later than ours.
 */
export const isLaterFormat = (format: unknown, known: number): boolean =>
  format !== undefined && !(typeof format === 'number' && format <= known);

/** A stored thing of a form that this version does not know; the message is the form. */
export class LaterFormat extends Error {
  override readonly name = 'LaterFormat';
}

/** The message for a user. Not in the error itself: each cold start would load it. */
export const laterFormatSentence = (
  what: string,
  known: number,
  { message }: LaterFormat,
): string =>
  `expected ${what} of form ${known}, found form ${message}: use the version of okta-group-authorizer that wrote it, or a later one`;
