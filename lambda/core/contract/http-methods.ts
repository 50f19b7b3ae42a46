/** Methods that a map and a gateway know; `ANY` stands for all of them. */
export const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
export type Method = (typeof METHODS)[number];

/**
 * Whether the gateway of a REST API answers preflights itself with this method and the type of its
 * integration. Documents, exports and templates spell the type in different cases.
 */
export const isMockPreflight = (method: string | undefined, integrationType: unknown): boolean =>
  method === 'OPTIONS' &&
  typeof integrationType === 'string' &&
  integrationType.toLowerCase() === 'mock';
