/** The map's content hash. */
import { createHash } from 'node:crypto';
import type { RowHex } from '../../../lambda/core/model/bits.ts';
import { rowFromHex } from '../../../lambda/core/model/bits.ts';
import type {
  BlockedFile,
  GrantsFile,
  ModelFile,
  OktaModel,
} from '../../../lambda/core/model/model-file.ts';
import { compareTexts } from '../report/text-order.ts';
import type { Inventory } from '../routes/inventory.ts';
import { keysOf } from '../routes/patterns.ts';
import type { ApiSettings } from '../sections/api-section.ts';

const sorted = <T>(values: readonly T[], by: (value: T) => string): readonly T[] =>
  values.toSorted((a, b) => compareTexts(by(a), by(b)));
const same = (text: string): string => text;

/**
 * The first 16 hexadecimal digits of a SHA-256 over what the map means: routes by name, everything
 * without an order of its own sorted. Spelling, comments and the order of keys do not count.
 */
export function versionOf(
  model: Omit<ModelFile, 'version'>,
  api: ApiSettings,
  inventory: Inventory,
): string {
  return createHash('sha256')
    .update(JSON.stringify(meaningOf(model, api, inventory)))
    .digest('hex')
    .slice(0, 16);
}

/**
 * A plain URL is its text alone, so that maps keep the version they had before other forms existed.
 */
function upstreamOf({ upstream }: ApiSettings): unknown {
  if (upstream.kind === 'lambda') return [upstream.functionArn];
  if (upstream.kind === 'listener') return [upstream.listener, upstream.vpcLink];
  return upstream.vpcLink === undefined ? upstream.url : [upstream.url, upstream.vpcLink];
}

type Model = Omit<ModelFile, 'version'>;
type RoutesOf = (row: RowHex) => readonly string[];

function meaningOf(model: Model, api: ApiSettings, inventory: Inventory): unknown {
  const routes: RoutesOf = (row) =>
    keysOf(rowFromHex(row, inventory.wordCount), inventory).toSorted();
  return [
    settingsMeaning(model),
    apiMeaning(api),
    ...externalApi(api),
    ...(api.entrance === undefined ? [] : [['entrance', api.entrance]]),
    model.okta.map(oktaMeaning),
    sorted(model.routes, ({ key }) => key).map(({ key, gateway }) => [key, gateway ?? null]),
    [routes(model.public), routes(model.signedIn)],
    ...subjectsMeaning(model, routes),
    quotasMeaning(model),
    ...(model.permissionsEndpoint
      ? [[model.permissionsEndpoint.route, model.permissionsEndpoint.exposeGroups]]
      : []),
    ...everyoneMeaning(model, routes),
    ...auditMeaning(model, routes),
    ...pathMeaning(model, routes),
    ...blockedMeaning(model.blocked),
    ...revocationMeaning(model),
  ];
}

const settingsMeaning = ({ format, name, kind, unauthorized, scopes, cache }: Model): unknown => [
  ...[format, name, kind, unauthorized, scopes],
  ...(cache ? [cache.mode, cache.ttlSeconds] : []),
];

function apiMeaning(api: ApiSettings): unknown {
  const { origins = [], headers = [], maxAgeSeconds = null } = api.cors ?? {};
  return [
    upstreamOf(api),
    origins.toSorted(),
    headers.map((header) => header.toLowerCase()).toSorted(),
    maxAgeSeconds,
  ];
}

const oktaMeaning = (okta: OktaModel): unknown => [
  [
    okta.name ?? null,
    okta.issuers.toSorted(),
    okta.audience,
    okta.clients === 'any' ? 'any' : okta.clients.toSorted(),
  ],
  [
    okta.groupsClaims.toSorted(),
    okta.groupPrefix,
    okta.maxClockSkewSeconds,
    okta.maxTokenLifetimeSeconds,
  ],
  ...(okta.groups ? [okta.groups.toSorted()] : []),
];

function subjectsMeaning(model: Model, routes: RoutesOf): readonly unknown[] {
  const grants = ({ allow, deny, quota }: GrantsFile): unknown => [
    routes(allow),
    routes(deny),
    quota ?? null,
  ];
  return [
    sorted(model.groups, ({ name }) => name).map((group) => [
      group.name,
      grants(group),
      ...(group.was === undefined ? [] : [sorted(group.was, same)]),
    ]),
    sorted(model.machines, ({ cid }) => cid).map((machine) => [
      machine.cid,
      sorted(machine.groups, same),
      grants(machine),
    ]),
    sorted(model.permissions, ({ name }) => name).map((permission) => [
      permission.name,
      routes(permission.routes),
    ]),
  ];
}

/** Empty for maps without these keys, which keep their version. */
const everyoneMeaning = ({ everyone, conflicts }: Model, routes: RoutesOf): readonly unknown[] => [
  ...(everyone
    ? [['everyone', routes(everyone.allow), routes(everyone.deny), everyone.quota ?? null]]
    : []),
  ...(conflicts
    ? [
        [
          'conflicts',
          conflicts
            .map((one) => JSON.stringify([sorted(one.groups, same), routes(one.routes)]))
            .toSorted(),
        ],
      ]
    : []),
];

const quotasMeaning = ({ quotas }: Model): unknown =>
  sorted(quotas, ({ name }) => name).map(
    ({ name, by, accuracy, onStoreFailure, onExceeded, strict, windows }) => [
      [name, by, accuracy, onStoreFailure, onExceeded, ...(strict ? ['strict'] : [])],
      sorted(windows, ({ id }) => id).map(({ id, limit }) => [id, limit]),
    ],
  );

/** Empty for maps without the key, which keep their version. */
const revocationMeaning = ({ revocation, okta }: Model): readonly unknown[] =>
  revocation === undefined
    ? []
    : [
        [
          'revocation',
          sorted(revocation, ({ org }) => org).map((one) => [
            ...[one.org, one.withinSeconds, one.marginSeconds, one.onStoreFailure ?? 'allow'],
          ]),
          okta.map(({ name, revokedBy }) => [name ?? null, revokedBy ?? null]),
        ],
      ];

/** A map without blocked principals keeps the version it had before `blocked` existed. */
function blockedMeaning({ users, clients, tokens }: BlockedFile): readonly unknown[] {
  if (users.length + clients.length + tokens.length === 0) return [];
  return [[users.toSorted(), clients.toSorted(), tokens.toSorted()]];
}

/**
 * Empty for the defaults, so that maps without these keys keep their version. Log retention is not
 * part of the version.
 */
function auditMeaning({ shadow, sensitive, audit }: Model, routes: RoutesOf): readonly unknown[] {
  return [
    ...(shadow ? [['shadow', shadow.whole ?? false, routes(shadow.routes)]] : []),
    ...(sensitive === undefined ? [] : [['sensitive', routes(sensitive)]]),
    ...(audit ? [['audit', audit.allows ?? 1, audit.hashPrincipal ?? false]] : []),
  ];
}

/** Empty for the defaults, as above. */
const pathMeaning = (
  { exactPaths, reportPaths, basePaths }: Model,
  routes: RoutesOf,
): readonly unknown[] => [
  ...(exactPaths === undefined ? [] : [['exactPaths', routes(exactPaths)]]),
  ...(reportPaths === undefined ? [] : [['reportPaths', routes(reportPaths)]]),
  ...(basePaths === undefined ? [] : [['basePaths', basePaths.toSorted()]]),
];

/**
 * Empty for an API that we deploy. How to attach is not part of the version: the stack passes those
 * settings itself.
 */
function externalApi({ attachTo, authorizerOnly }: ApiSettings): readonly unknown[] {
  if (attachTo !== undefined) return [['attachTo', attachTo.apiId, attachTo.stage ?? null]];
  return authorizerOnly ? [['authorizerOnly']] : [];
}
