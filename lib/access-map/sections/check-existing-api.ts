/** Checks other sections against `api.attachTo` and `api.authorizerOnly`: an API that exists. */
import type { ModelFile } from '../../../lambda/core/model/model-file.ts';
import { at, type Cursor, has, is, type Report, texts } from '../report/cursor.ts';
import { nearest } from '../report/nearest.ts';
import { code } from '../report/problems.ts';
import type { AccessMapInput, MapSection } from '../schema/schema.ts';
import type { ApiSettings } from './api-section.ts';
import type { AttachSettings } from './attach-section.ts';
import type { PermissionsEndpoint } from './permissions-endpoint-section.ts';

export interface ExistingApi {
  readonly api: ApiSettings;
  readonly permissionsEndpoint: PermissionsEndpoint | undefined;
  readonly gatewayRoutes: readonly { readonly key: string; readonly public: boolean }[];
  readonly inShadow: boolean;
  readonly quotas: ModelFile['quotas'];
}

export function checkExistingApi(
  root: Cursor<AccessMapInput>,
  {
    api: { attachTo, authorizerOnly },
    permissionsEndpoint,
    gatewayRoutes,
    inShadow,
    quotas,
  }: ExistingApi,
  report: Report,
): void {
  const api = at(root, 'api');
  if (attachTo !== undefined) {
    const rest = is(at(api, 'kind'), 'rest');
    const answers =
      rest && (permissionsEndpoint !== undefined || attachTo.gatewayResponses !== false);
    if (answers) reportPreflight(api, report);
    reportOwnersKeys(api, 'attachTo', report, answers);
    checkReplace(api, gatewayRoutes, report);
    if (countsMonths({ quotas })) checkQuotaReset(api, attachTo, report);
  } else if (authorizerOnly) reportOwnersKeys(api, 'authorizerOnly', report);
  if (authorizerOnly && permissionsEndpoint !== undefined) reportEndpoint(root, report);
  if (authorizerOnly && inShadow) reportShadow(api, report);
}

type Api = Cursor<MapSection<'api'>>;

/**
 * Keys that have no effect on an API that we do not deploy: its owner decides where calls go.
 * @param answers whether this stack answers some requests there, so that `cors` has an effect
 */
function reportOwnersKeys(
  api: Api,
  because: 'attachTo' | 'authorizerOnly',
  report: Report,
  answers = false,
): void {
  for (const key of ['upstream', 'cors', 'domain', 'executeApi', 'private'] as const) {
    if (!has(api, key) || (key === 'cors' && answers)) continue;
    const found = `\`${key}\` beside \`${because}\`: the API's owner sets it`;
    report.error('KEY_CONFLICT', at(api, key).pointer, { expected: `no \`${key}\``, found }, 'key');
  }
}

/**
 * Gateway responses and the permissions endpoint take the origins of `cors`; preflights are
 * answered as the API's owner has set it.
 */
function reportPreflight(api: Api, report: Report): void {
  for (const key of ['headers', 'maxAge'] as const) {
    const { value, pointer } = at(at(api, 'cors'), key);
    const found = `\`${key}\` beside \`attachTo\`: the API's owner sets what preflights answer`;
    if (value !== undefined)
      report.error('KEY_CONFLICT', pointer, { expected: '`origins` alone', found }, 'key');
  }
}

/** A stack has its own quota table, and a month is long. */
export const QUOTA_RESET = {
  expected: '`quotaReset` under `api.accept.findings` beside a take-over with quotas by the month',
  found: 'no such finding: the counts of running windows start again',
} as const;

export const countsMonths = ({ quotas }: Pick<ModelFile, 'quotas'>): boolean =>
  quotas.some(({ windows }) => windows.some(({ per }) => per === 'month'));

function checkQuotaReset(api: Api, { takeOver, accept }: AttachSettings, report: Report): void {
  if (takeOver === undefined || accept.includes('quotaReset')) return;
  report.error('KEY_CONFLICT', at(at(api, 'attachTo'), 'takeOver').pointer, QUOTA_RESET, 'key');
}

function reportEndpoint(root: Cursor<AccessMapInput>, report: Report): void {
  const found = "`permissionsEndpoint` beside `authorizerOnly`: the API's owner adds routes";
  const { pointer } = at(root, 'permissionsEndpoint');
  report.error('KEY_CONFLICT', pointer, { expected: 'no `permissionsEndpoint`', found }, 'key');
}

/**
 * With `authorizerOnly` the owner connects the authorizer, so what the routes required before is
 * unknown.
 */
function reportShadow(api: Api, report: Report): void {
  const expected =
    'no shadow mode beside `authorizerOnly`, since it is unknown what the routes required before, and any valid token would pass';
  const { pointer } = at(api, 'authorizerOnly');
  report.error('KEY_CONFLICT', pointer, { expected, found: 'both' }, 'key');
}

/** Routes to replace are routes of the map that need an authorizer: `public` never removes one. */
function checkReplace(api: Api, gatewayRoutes: ExistingApi['gatewayRoutes'], report: Report): void {
  const routes = new Map(gatewayRoutes.map((route) => [route.key, route.public]));
  for (const [key, { pointer }] of texts(at(at(api, 'attachTo'), 'replace'))) {
    const isPublic = routes.get(key);
    if (isPublic === undefined) {
      report.error('ROUTE_UNKNOWN', pointer, {
        expected: 'a route under `routes`',
        found: code(key),
        nearest: nearest(key, routes.keys()),
      });
    } else if (isPublic) {
      const expected = 'a route that needs an authorizer';
      const found = `${code(key)}, which is \`public\`: an authorizer is never removed`;
      report.error('KEY_CONFLICT', pointer, { expected, found });
    }
  }
}
