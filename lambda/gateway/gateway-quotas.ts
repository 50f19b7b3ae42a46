/** Quotas of API Gateway by default, which AWS raises on request. */
import { templateOf } from '../core/path/route-key.ts';

/**
 * Source: API Gateway, "Quotas for configuring and running an HTTP API": Routes per API; "... a
 * REST API": Resources per API.
 */
const DEFAULT_QUOTA = 300;

const NAMES = { http: 'Routes per API', rest: 'Resources per API' } as const;

/** Resources of a REST API: every path that leads to a route, the root included. */
const resourcesOf = (keys: readonly string[]): number =>
  new Set(keys.flatMap((key) => pathsTo(templateOf(key)))).size;

function pathsTo(template: string): readonly string[] {
  const segments = template.split('/').filter((segment) => segment !== '');
  return ['/', ...segments.map((_, at) => `/${segments.slice(0, at + 1).join('/')}`)];
}

/**
 * What to know before an API with these routes is deployed; undefined below the quota.
 * @param keys of all routes, preflights included
 */
export function quotaWarning(kind: 'http' | 'rest', keys: readonly string[]): string | undefined {
  const count = kind === 'http' ? new Set(keys).size : resourcesOf(keys);
  if (count < DEFAULT_QUOTA) return undefined;
  const what = kind === 'http' ? 'routes' : 'resources';
  return (
    `the API has ${count} ${what}, and the quota "${NAMES[kind]}" of API Gateway is ${DEFAULT_QUOTA} by default: ` +
    'check in Service Quotas that the account has more in this Region, or request an increase there'
  );
}
