/** Differences of settings: what is deployed in front of the upstream, and how answers are kept. */
import type { PermissionsEndpointFile } from '../../lambda/core/model/model-file.ts';
import type { ComparableMap } from '../access-map/deployed-map.ts';
import {
  ADDED_WIDENS,
  type Change,
  changed,
  changedRest,
  changedSeconds,
  changedSet,
  NEVER_WIDENS,
} from './change.ts';

/** The destination of calls, as one text. */
function upstreamText({ upstream }: ComparableMap['api']): string | undefined {
  if (upstream.kind === 'lambda') return upstream.functionArn;
  const [target, link] =
    upstream.kind === 'url'
      ? [upstream.url, upstream.vpcLink]
      : [upstream.listener, upstream.vpcLink];
  // The owner of an API that exists decides where its calls go.
  if (target === '') return undefined;
  return link === undefined ? target : `${target} through ${link}`;
}

const what = (subject: string) => ({ kind: 'setting', subject }) as const;

export function diffSettings(old: ComparableMap, next: ComparableMap): readonly Change[] {
  const [was, is] = [old.api, next.api];
  return [
    ...changed(what('api.name'), old.name, next.name, false),
    ...changed(what('api.kind'), old.kind, next.kind, false),
    ...changed(
      what(`api.upstream.${next.api.upstream.kind}`),
      upstreamText(was),
      upstreamText(is),
      false,
    ),
    ...changed(what('api.unauthorized'), was.unauthorized, is.unauthorized, false),
    ...diffCors(was.cors, is.cors),
    ...diffHostNames(was.entrance, is.entrance),
    ...changed(what('api.cache'), old.cache.mode, next.cache.mode, false),
    // A revoked right stays in the cache for that much longer.
    ...changedSeconds(what('api.cache.ttl'), old.cache.ttlSeconds, next.cache.ttlSeconds),
    ...changed(what('scopes'), old.model.scopes, next.model.scopes, next.model.scopes === 'groups'),
    ...diffEndpoint(old.model.permissionsEndpoint, next.model.permissionsEndpoint),
    ...changedRest(what, old.model, next.model, COMPARED_MODEL_KEYS),
  ];
}

type Cors = ComparableMap['api']['cors'];

type HostNames = ComparableMap['api']['entrance'];

/** A further host, or the way from everywhere, lets in calls that could not be made before. */
const diffHostNames = (was: HostNames, is: HostNames): readonly Change[] => [
  ...changed(
    what('api.domain'),
    was?.domain && domainText(was.domain),
    is?.domain && domainText(is.domain),
    is?.domain !== undefined,
  ),
  ...changed(
    what('api.executeApi'),
    String(was?.executeApi ?? true),
    String(is?.executeApi ?? true),
    is?.executeApi !== false,
  ),
  ...(was?.vpcEndpoints === undefined || is?.vpcEndpoints === undefined
    ? changed(
        what('api.private.vpcEndpoints'),
        was?.vpcEndpoints?.join(', '),
        is?.vpcEndpoints?.join(', '),
        is?.vpcEndpoints === undefined,
      )
    : changedSet(
        what('api.private.vpcEndpoints'),
        was.vpcEndpoints,
        is.vpcEndpoints,
        ADDED_WIDENS,
      )),
];

const domainText = ({
  name,
  certificate,
  basePath,
}: NonNullable<NonNullable<HostNames>['domain']>): string =>
  `${name}${basePath === undefined ? '' : `/${basePath}`} (${certificate})`;

const diffCors = (was: Cors, is: Cors): readonly Change[] => [
  ...changedSet(what('api.cors.origins'), was?.origins ?? [], is?.origins ?? [], ADDED_WIDENS),
  ...changedSet(what('api.cors.headers'), lower(was?.headers), lower(is?.headers), NEVER_WIDENS),
  ...changed(
    what('api.cors.maxAge'),
    was && `${was.maxAgeSeconds}s`,
    is && `${is.maxAgeSeconds}s`,
    false,
  ),
];

/** The level of the route, `signedIn`, is compared with the cells. */
function diffEndpoint(
  was: PermissionsEndpointFile | undefined,
  is: PermissionsEndpointFile | undefined,
): readonly Change[] {
  const exposes = (endpoint: PermissionsEndpointFile | undefined): string =>
    String(endpoint?.exposeGroups ?? false);
  return [
    ...changed(
      what('permissionsEndpoint.path'),
      was?.route.slice('GET '.length),
      is?.route.slice('GET '.length),
      false,
    ),
    ...changed(
      what('permissionsEndpoint.exposeGroups'),
      exposes(was),
      exposes(is),
      is?.exposeGroups === true,
    ),
  ];
}

const lower = (texts: readonly string[] = []): readonly string[] =>
  texts.map((text) => text.toLowerCase());

const COMPARED_MODEL_KEYS = [
  ...[
    'format',
    'version',
    'name',
    'kind',
    'unauthorized',
    'scopes',
    'okta',
    'routes',
    'public',
    'signedIn',
    'groups',
    'everyone',
    'conflicts',
    'machines',
  ],
  ...[
    'permissions',
    'quotas',
    'cache',
    'routesBelow',
    'blocked',
    'revocation',
    'permissionsEndpoint',
    'shadow',
    'sensitive',
    'exactPaths',
    'reportPaths',
    'basePaths',
    'audit',
  ],
];
