/** Compiles a map's data into the access model that the authorizer loads. */

import { boundSentence } from '../../../lambda/core/contract/revocation-bound.ts';
import { parseModel } from '../../../lambda/core/model/load-model.ts';
import type { ModelFile } from '../../../lambda/core/model/model-file.ts';
import type { RuleTableFile } from '../../../lambda/core/model/rule-table-file.ts';
import type { Method } from '../../../lambda/core/path/http-methods.ts';
import { cacheBlockers, NOT_PLANNED, reportBlockedTtl } from '../cache/cache-blockers.ts';
import { type CachePlan, planCache } from '../cache/cache-plan.ts';
import { READING_REMEDY, readingReasons } from '../cache/denied-readings.ts';
import { convert } from '../read/convert.ts';
import {
  at,
  type Cursor,
  has,
  is,
  type MapDocument,
  newReport,
  type Report,
} from '../report/cursor.ts';
import type { Problem } from '../report/problems.ts';
import { reportVariables } from '../report/variables.ts';
import type { BasePath } from '../routes/document-routes.ts';
import { type Inventory, readInventory } from '../routes/inventory.ts';
import type { ReadFile } from '../routes/openapi-inventory.ts';
import { type AccessMapInput, accessMapSchema } from '../schema/schema.ts';
import { validate } from '../schema/validate.ts';
import { type ApiSettings, readApi } from '../sections/api-section.ts';
import { type AuditSettings, readAudit } from '../sections/audit-section.ts';
import { checkExistingApi } from '../sections/check-existing-api.ts';
import { checkPublicConfusable } from '../sections/check-public-confusable.ts';
import { checkOktaNames, checkRules } from '../sections/cross-checks.ts';
import { type OktaSide, readOktaSides } from '../sections/manage-section.ts';
import { readManagedGroups } from '../sections/managed-groups.ts';
import { type MapRules, subjectsOf } from '../sections/map-rules.ts';
import type { IssuerOptions } from '../sections/okta-issuers.ts';
import { oktaBlocks, readOkta } from '../sections/okta-section.ts';
import {
  asRoute,
  type PermissionsEndpoint,
  readPermissionsEndpoint,
} from '../sections/permissions-endpoint-section.ts';
import { placeholdersIn } from '../sections/placeholders.ts';
import {
  type RevocationSettings,
  readRevocations,
  withRevocations,
} from '../sections/revocation-section.ts';
import type { AccessRule } from '../sections/rules-section.ts';
import type { SectionContext } from '../sections/section-context.ts';
import { type AccessMapTest, checkTestModes, readTests } from '../sections/tests-section.ts';
import { modelOf, readMapRules } from './compile-model.ts';
import { ruleTableOf } from './compile-rule-table.ts';
import { warnOfHidden } from './hidden-characters.ts';
import { versionOf } from './version.ts';

/** One route of the gateway, as the stack declares it. */
export interface GatewayRoute {
  readonly key: string;
  /** Absent for `$default`. */
  readonly method: Method | 'ANY' | undefined;
  readonly template: string;
  readonly public: boolean;
}

export interface CompileOptions extends IssuerOptions {
  /** Reads the files that the map names. Default: relative to the map's folder. */
  readonly readFile?: ReadFile;
}

export interface Compiled {
  readonly model: ModelFile;
  readonly api: ApiSettings;
  readonly cache: CachePlan;
  readonly gatewayRoutes: readonly GatewayRoute[];
  /** What an import of the OpenAPI document does with the path of its server. */
  readonly basePath: BasePath;
  /** A route of the gateway beside `gatewayRoutes`, answered by a function of ours. */
  readonly permissionsEndpoint: PermissionsEndpoint | undefined;
  readonly rules: readonly AccessRule[];
  readonly tests: readonly AccessMapTest[];
  readonly oktaSides: readonly OktaSide[];
  readonly audit: AuditSettings;
  readonly revocations: readonly RevocationSettings[];
  /** For the model's file; no part of what the map means. */
  readonly ruleTable: RuleTableFile;
}

/**
 * @param broken pointers of values that the reader has reported already.
 * @returns what the map means, to be used only if no problem is an error.
 */
export function compile(
  read: MapDocument,
  options: CompileOptions,
  broken: ReadonlySet<string> = new Set(),
): {
  readonly compiled: Compiled;
  readonly problems: readonly Problem[];
  readonly placeholders: readonly Problem[];
} {
  const report = newReport(read);
  const converted = convert(read.data, accessMapSchema);
  const reported = new Set([...broken, ...reportVariables(converted, report)]);
  const document = { ...read, data: validate(converted, reported, report) };
  warnOfHidden(document.data, report);
  const root: Cursor<AccessMapInput> = { value: document.data, pointer: '' };
  const permissionsEndpoint = readPermissionsEndpoint(at(root, 'permissionsEndpoint'));
  const inventory = inventoryOf(root, permissionsEndpoint, options, report);
  const reading: SectionContext = { document, report, inventory };
  const rules = readMapRules(root, permissionsEndpoint, reading);
  checkRules(root, rules, reading);
  const settings = readSettings(root, options, reading);
  const gatewayRoutes = gatewayRoutesOf(inventory, rules);
  const model = modelOf(root, rules, { ...settings, endpoint: permissionsEndpoint }, inventory);
  checkPublicConfusable(model, rules.publicRules, report);
  const inShadow = model.shadow !== undefined;
  checkExistingApi(
    root,
    { api: settings.api, permissionsEndpoint, gatewayRoutes, inShadow, quotas: model.quotas },
    report,
  );
  checkOktaNames(root, rules, report);
  const cache = planOf(root, model, settings.api, report);
  warnOfLongTtl(root, cache, settings.revocations, report);
  const tests = readTests(at(root, 'tests'), reading);
  checkTestModes(tests, model, reading);
  const file = cache.file === undefined ? model : { ...model, cache: cache.file };
  const compiled = {
    model: { ...file, version: versionOf(file, settings.api, inventory) },
    ...{ api: settings.api, audit: settings.audit, cache, permissionsEndpoint, gatewayRoutes },
    revocations: settings.revocations,
    basePath: inventory.basePath,
    rules: allRules(rules),
    tests,
    oktaSides: readSides(root, model, report),
    ruleTable: ruleTableOf({ ...rules, blocked: model.blocked }, reading),
  };
  // A local run has an issuer, clients and a back end of its own.
  const placeholders = options.loopbackIssuer === true ? [] : placeholdersIn(document);
  return { compiled, problems: report.problems, placeholders };
}

function inventoryOf(
  root: Cursor<AccessMapInput>,
  endpoint: PermissionsEndpoint | undefined,
  { readFile }: CompileOptions,
  report: Report,
): Inventory {
  const api = at(root, 'api');
  const kind = is(at(api, 'kind'), 'rest') ? 'rest' : 'http';
  const hasUpstream = at(api, 'upstream').value !== undefined;
  const reserved = asRoute(endpoint, at(at(root, 'permissionsEndpoint'), 'path').pointer);
  return readInventory(at(root, 'routes'), report, { reserved, readFile, kind, hasUpstream });
}

function readSettings(
  root: Cursor<AccessMapInput>,
  options: IssuerOptions,
  { report, inventory }: SectionContext,
) {
  const blocks = oktaBlocks(at(root, 'okta'));
  const okta = readOkta(at(root, 'okta'), options, report);
  const revocations = readRevocations(blocks, report);
  return {
    api: readApi(at(root, 'api'), { report, inventory }),
    audit: readAudit(at(root, 'audit'), report),
    okta: withRevocations(okta, blocks, revocations),
    revocations,
  };
}

function gatewayRoutesOf(
  { gatewayRoutes }: Inventory,
  { publicRules }: MapRules,
): readonly GatewayRoute[] {
  const publicKeys = new Set(publicRules.map(({ pattern }) => pattern));
  return gatewayRoutes.map(({ key, method, template }) => ({
    key,
    method,
    template,
    public: publicKeys.has(key),
  }));
}

/** A map with errors is not deployed, so that nothing has to be proven about it. */
function planOf(
  root: Cursor<AccessMapInput>,
  model: Omit<ModelFile, 'version'>,
  api: ApiSettings,
  report: Report,
): CachePlan {
  const blockers = cacheBlockers(root, model);
  const setting = at(at(root, 'api'), 'cache');
  reportBlockedTtl(setting, blockers, report);
  // Only the model of a map without errors can be loaded.
  if (report.problems.some(({ severity }) => severity === 'error')) return NOT_PLANNED;
  const loaded = parseModel({ ...model, version: '0'.repeat(16) });
  reportBlockedTtl(setting, readingReasons(loaded), report, READING_REMEDY);
  return planCache(loaded, api.cache, blockers);
}

/** An answer that the gateway caches delays a revocation by its TTL. */
function warnOfLongTtl(
  root: Cursor<AccessMapInput>,
  { ttlSeconds }: CachePlan,
  revocations: readonly RevocationSettings[],
  report: Report,
): void {
  const [tightest] = revocations.toSorted((a, b) => a.withinSeconds - b.withinSeconds);
  const setting = at(at(root, 'api'), 'cache');
  const { pointer } = at(setting, 'ttl');
  if (!tightest || !has(setting, 'ttl') || ttlSeconds <= tightest.withinSeconds) return;
  const sentence = boundSentence({ ...tightest, ttlSeconds });
  report.warn('REVOCATION_CACHED', pointer, {
    says: `\`ttl\` is longer than \`okta.revocation.within\`: ${sentence}`,
    fix: `\`cache: auto\` keeps answers for ${tightest.withinSeconds} s`,
  });
}

const allRules = (rules: MapRules): readonly AccessRule[] => [
  ...rules.publicRules,
  ...rules.signedInRules,
  ...subjectsOf(rules).flatMap((subject) => subject.rules),
];

function readSides(
  root: Cursor<AccessMapInput>,
  { name, okta, machines, permissions }: Omit<ModelFile, 'version'>,
  report: Report,
): readonly OktaSide[] {
  const names = {
    api: name,
    groups: readManagedGroups(at(root, 'groups'), report),
    machines: machines.map(({ cid }) => cid),
    permissions: permissions.map((permission) => permission.name),
  };
  return readOktaSides(oktaBlocks(at(root, 'okta')), okta, names, report);
}
