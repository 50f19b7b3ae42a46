import { createHash } from 'node:crypto';

/**
 * The pseudonym of a user or client in records: the first 128 bits of a SHA-256 over the API's
 * name and the id. The same id is the same in all records of an API, and another in those of other
 * APIs. A reader with a list of ids can find each of them in the records.
 */
export const pseudonymWith =
  (apiName: string) =>
  (id: string): string =>
    createHash('sha256').update(`${apiName}\0${id}`).digest('hex').slice(0, 32);
