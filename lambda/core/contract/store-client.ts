/** What asks DynamoDB on the path of a call: a prop of the constructs, a value of the context. */

export const STORE_CLIENTS = ['light', 'sdk'] as const;

export type StoreClient = (typeof STORE_CLIENTS)[number];

/** What a message says that it expects. */
export const STORE_CLIENT_NAMES = STORE_CLIENTS.join(' or ');

export const isStoreClient = (value: unknown): value is StoreClient =>
  STORE_CLIENTS.some((client) => client === value);
