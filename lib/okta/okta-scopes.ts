/**
 * The scopes that Okta's API asks of a service app: what a command requests, and what a refusal
 * says is missing. Source: Okta, "OAuth 2.0 scopes".
 */

/** The parts of the API that the commands use, by their name in paths and in scopes. */
const RESOURCES = [
  'authorizationServers',
  'groups',
  'apps',
  'trustedOrigins',
  'users',
  'eventHooks',
] as const;

export type OktaResource = (typeof RESOURCES)[number];
export type OktaRight = 'read' | 'manage';

export const scopeFor = (resource: OktaResource, right: OktaRight): string =>
  `okta.${resource}.${right}`;

/** @returns undefined for a path of a resource that no command uses. */
export function scopeOfCall(method: string, path: string): string | undefined {
  const named = /^\/api\/v1\/([^/?]+)/.exec(path)?.[1];
  const resource = RESOURCES.find((one) => one === named);
  return resource && scopeFor(resource, method === 'GET' ? 'read' : 'manage');
}
