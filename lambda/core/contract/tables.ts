/**
 * How the items of all our DynamoDB tables are found and end: the constructs make the tables so,
 * functions and commands read and write them so.
 */

/** The partition key, a text; only a hub's table of revocations has a sort key (revocation.ts). */
export const TABLE_KEY = 'pk';

/** The attribute that DynamoDB's time to live reads: seconds since 1970. */
export const EXPIRY_ATTRIBUTE = 'expires';
