/**
 * The permissions endpoint on an existing API. Resources of the stack create its route, and
 * CloudFormation removes them again; the attachment ignores that route, checks that it replaces
 * nothing of the API's owner, and publishes it.
 */

import type { ResourceEvent } from '../adapters/custom-resource.ts';
import type { AttachmentRecord } from '../core/contract/attachment-record.ts';
import { type AttachmentRequest, textIn } from '../core/contract/attachment-request.ts';
import { templateOf } from '../core/path/route-key.ts';
import { type LiveApi, type LiveRoute, ownStages } from '../gateway/live-api.ts';

export interface EndpointState {
  /** Routes at the path that are not managed by this stack. */
  readonly taken: readonly string[];
  /** A stage may not serve the current state of the endpoint. */
  readonly pending: boolean;
  /** REST: id of the parent resource of the endpoint's; undefined where the API has none. */
  readonly parentId: string | undefined;
}

/**
 * Paths of the endpoint, now and before the current update: until CloudFormation has cleaned up,
 * both may exist.
 */
export function endpointPaths(
  { OldResourceProperties: old }: ResourceEvent,
  { endpoint }: AttachmentRequest,
): readonly string[] {
  const paths = [endpoint, textIn(old, 'endpoint')].filter((path) => path !== undefined);
  return [...new Set(paths)];
}

/** Routes that the stack creates. An HTTP API answers preflights itself. */
const keysAt = (kind: LiveApi['kind'], path: string): readonly string[] =>
  kind === 'http' ? [`GET ${path}`] : [`GET ${path}`, `OPTIONS ${path}`];

/**
 * Whether a route conflicts with the endpoint: on a REST API any method of the resource, on an HTTP
 * API the same route or `ANY`.
 */
const isAt = (kind: LiveApi['kind'], path: string, key: string): boolean =>
  kind === 'http' ? key === `GET ${path}` || key === `ANY ${path}` : templateOf(key) === path;

interface ApiAndRecord {
  readonly api: LiveApi;
  readonly record: AttachmentRecord;
}

interface EndpointQuery {
  /** Paths of all endpoints that may exist. */
  readonly paths: readonly string[];
  /** Path of the desired endpoint. */
  readonly wanted: string | undefined;
  /** Whether a route has our authorizer. */
  readonly hasOurAuthorizer: (route: LiveRoute) => boolean;
  /** REST: the stage of the attachment. */
  readonly stage: string | undefined;
}

/** Separates the endpoint's routes from those of the API's owner. */
export function withoutEndpoint(
  { api, record }: ApiAndRecord,
  { paths, wanted, hasOurAuthorizer, stage }: EndpointQuery,
): { readonly api: LiveApi; readonly endpoint: EndpointState } {
  const isOurs = (path: string): boolean =>
    record.routes[`GET ${path}`] === undefined &&
    api.routes.some((route) => route.key === `GET ${path}` && hasOurAuthorizer(route));
  // A stage may still serve it after it is removed from the API; then the owner has no route there.
  const own = paths.filter(
    (path) => isOurs(path) || !api.routes.some(({ key }) => isAt(api.kind, path, key)),
  );
  const keys = new Set(own.flatMap((path) => keysAt(api.kind, path)));
  const others = api.routes.filter(({ key }) => !keys.has(key));
  return {
    api: { ...api, routes: others, pendingEdits: api.pendingEdits.filter((key) => !keys.has(key)) },
    endpoint: {
      taken:
        wanted === undefined || own.includes(wanted)
          ? []
          : others.map(({ key }) => key).filter((key) => isAt(api.kind, wanted, key)),
      pending: isPending({ ...api, stages: ownStages(api, stage) }, keys),
      parentId:
        wanted === undefined
          ? undefined
          : api.resources?.get(wanted.slice(0, wanted.lastIndexOf('/')) || '/'),
    },
  };
}

/**
 * The control plane does not return what a stage of an HTTP API serves, so a stage without
 * automatic deployment may always be outdated.
 */
function isPending(
  { kind, stages, pendingEdits, routes }: LiveApi,
  keys: ReadonlySet<string>,
): boolean {
  if (keys.size === 0) return false;
  if (kind === 'http') return stages.some(({ autoDeploy }) => !autoDeploy);
  const types = new Map(routes.map(({ key, authorization }) => [key, authorization.type]));
  const differs = (key: string): boolean =>
    stages.some(({ served }) => served?.get(key) !== types.get(key));
  return [...keys].some((key) => pendingEdits.includes(key) || differs(key));
}

/** Problems that forbid the endpoint. */
export function endpointProblems(
  { endpoint, kind, apiId }: AttachmentRequest,
  found: EndpointState | undefined,
): readonly string[] {
  if (endpoint === undefined || found === undefined) return [];
  const fix = 'give `permissionsEndpoint` another path';
  if (found.taken.length > 0) {
    const keys = found.taken.map((key) => `\`${key}\``).join(', ');
    return [`expected nothing at \`${endpoint}\` on API \`${apiId}\`, found ${keys}: ${fix}`];
  }
  if (kind === 'http' || found.parentId !== undefined) return [];
  const parent = endpoint.slice(0, endpoint.lastIndexOf('/'));
  return [
    `expected the resource \`${parent}\`, which \`${endpoint}\` is to be below, on API \`${apiId}\`, found none: ${fix}, of one segment`,
  ];
}
