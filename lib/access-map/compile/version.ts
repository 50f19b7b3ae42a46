/** The map's content hash. */
import { createHash } from 'node:crypto';
import { rowFromHex } from '../../../lambda/core/model/bits.ts';
import type {
  BlockedFile,
  GrantsFile,
  ModelFile,
  RowHex,
} from '../../../lambda/core/model/model-file.ts';
import type { Inventory } from '../routes/inventory.ts';
import { keysOf } from '../routes/patterns.ts';
import type { ApiSettings } from '../sections/api-section.ts';

const sorted = <T>(values: readonly T[], by: (value: T) => string): readonly T[] =>
  values.toSorted((a, b) => (by(a) < by(b) ? -1 : by(a) > by(b) ? 1 : 0));
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
 * A plain URL is its text alone, so that maps keep the version that they had before there were
 * other forms.
 */
function upstreamOf({ upstream }: ApiSettings): unknown {
  if (upstream.kind === 'lambda') return [upstream.functionArn];
  if (upstream.kind === 'listener') return [upstream.listener, upstream.vpcLink];
  return upstream.vpcLink === undefined ? upstream.url : [upstream.url, upstream.vpcLink];
}
const isEmpty = ({ users, clients, tokens }: BlockedFile): boolean =>
  users.length + clients.length + tokens.length === 0;

function meaningOf(
  model: Omit<ModelFile, 'version'>,
  api: ApiSettings,
  inventory: Inventory,
): unknown {
  const routes = (row: RowHex): readonly string[] =>
    keysOf(rowFromHex(row, inventory.wordCount), inventory).toSorted();
  const grants = ({ allow, deny, quota }: GrantsFile): unknown => [
    routes(allow),
    routes(deny),
    quota ?? null,
  ];
  const { origins = [], headers = [], maxAgeSeconds = null } = api.cors ?? {};
  return [
    [
      model.format,
      model.name,
      model.kind,
      model.unauthorized,
      model.scopes,
      ...(model.cache ? [model.cache.mode, model.cache.ttlSeconds] : []),
    ],
    [
      upstreamOf(api),
      origins.toSorted(),
      headers.map((header) => header.toLowerCase()).toSorted(),
      maxAgeSeconds,
    ],
    ...externalApi(api),
    model.okta.map((okta) => [
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
    ]),
    sorted(model.routes, ({ key }) => key).map(({ key, gateway }) => [key, gateway ?? null]),
    [routes(model.public), routes(model.signedIn)],
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
    sorted(model.quotas, ({ name }) => name).map(
      ({ name, by, accuracy, onStoreFailure, onExceeded, windows }) => [
        [name, by, accuracy, onStoreFailure, onExceeded],
        sorted(windows, ({ id }) => id).map(({ id, limit }) => [id, limit]),
      ],
    ),
    ...(model.permissionsEndpoint
      ? [[model.permissionsEndpoint.route, model.permissionsEndpoint.exposeGroups]]
      : []),
    ...auditMeaning(model, routes),
    // A map that blocks nobody keeps the version that it had before there was such a key.
    ...(isEmpty(model.blocked)
      ? []
      : [
          [
            model.blocked.users.toSorted(),
            model.blocked.clients.toSorted(),
            model.blocked.tokens.toSorted(),
          ],
        ]),
  ];
}

/**
 * Nothing for the defaults, so that a map without these keys keeps its version. How long logs are
 * kept decides nothing.
 */
function auditMeaning(
  { shadow, sensitive, audit }: Omit<ModelFile, 'version'>,
  routes: (row: RowHex) => readonly string[],
): readonly unknown[] {
  return [
    ...(shadow ? [['shadow', shadow.whole ?? false, routes(shadow.routes)]] : []),
    ...(sensitive === undefined ? [] : [['sensitive', routes(sensitive)]]),
    ...(audit ? [['audit', audit.allows ?? 1, audit.hashPrincipal ?? false]] : []),
  ];
}

/**
 * Nothing for an API of ours. What only says how to attach is not part of the meaning: the stack
 * passes it on by itself.
 */
function externalApi({ attachTo, authorizerOnly }: ApiSettings): readonly unknown[] {
  if (attachTo !== undefined) return [['attachTo', attachTo.apiId, attachTo.stage ?? null]];
  return authorizerOnly ? [['authorizerOnly']] : [];
}
