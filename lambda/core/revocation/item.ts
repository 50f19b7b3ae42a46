/** One entry of the list as the attributes of its item, in plain values. */
import { REFUSALS } from '../contract/codes.ts';
import {
  type RevocationEntry,
  type RevocationReason,
  writtenAtOf,
} from '../contract/revocation.ts';

/** What stands in an item; undefined where it has no such attribute, or not of that type. */
export interface ItemFields {
  readonly sortKey: string | undefined;
  readonly subject: string | undefined;
  readonly issuedUpTo: number | undefined;
  readonly margin: boolean | undefined;
  readonly reason: string | undefined;
  readonly undo: boolean | undefined;
}

const REASONS: ReadonlySet<string> = new Set(REFUSALS.TOKEN_REVOKED.reasons);
/** A later hub may know more reasons; its entries count all the same. */
const reasonOf = (reason: string | undefined): RevocationReason =>
  reason !== undefined && REASONS.has(reason) ? (reason as RevocationReason) : 'other';

/** @returns undefined for an item that is no entry, or that makes no sense. */
export function entryOfItem(fields: ItemFields): RevocationEntry | undefined {
  const { sortKey = '', subject, issuedUpTo, margin, reason, undo } = fields;
  const writtenAt = writtenAtOf(sortKey);
  if (writtenAt === undefined || subject === undefined || issuedUpTo === undefined)
    return undefined;
  if (!Number.isSafeInteger(issuedUpTo)) return undefined;
  return {
    ...{ subject, issuedUpTo, reason: reasonOf(reason), writtenAt },
    ...(margin === true && { withMargin: true }),
    ...(undo === true && { undo: true }),
  };
}
