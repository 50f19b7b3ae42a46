/** Compiles a map's data into the access model that the authorizer loads. */
import { rowToHex } from '../../../lambda/core/model/bits.ts';
import { parseModel } from '../../../lambda/core/model/load-model.ts';
import type {
  BlockedFile,
  GrantsFile,
  Method,
  ModelFile,
} from '../../../lambda/core/model/model-file.ts';
import type { RuleTableFile } from '../../../lambda/core/record/rule-table.ts';
import { cacheBlockers, NOT_PLANNED, reportBlockedTtl } from '../cache/cache-blockers.ts';
import { type CachePlan, planCache } from '../cache/cache-plan.ts';
import { convert } from '../read/convert.ts';
import { at, type Cursor, type MapDocument, newReport, text, texts } from '../report/cursor.ts';
import type { Problem } from '../report/problems.ts';
import { readInventory } from '../routes/inventory.ts';
import type { ReadFile } from '../routes/openapi-inventory.ts';
import { checkRestRoutes } from '../routes/rest-routes.ts';
import { accessMapSchema } from '../schema/schema.ts';
import { validate } from '../schema/validate.ts';
import { type ApiSettings, readApi } from '../sections/api-section.ts';
import { checkReplace } from '../sections/attach-section.ts';
import {
  type AuditSettings,
  auditFile,
  readAudit,
  readRouteMarks,
  reportShadow,
} from '../sections/audit-section.ts';
import { checkSections, type Sections } from '../sections/cross-checks.ts';
import { type OktaSide, readOktaSides } from '../sections/manage-section.ts';
import { type IssuerOptions, readOkta } from '../sections/okta-section.ts';
import {
  asRoute,
  endpointFile,
  endpointRule,
  type PermissionsEndpoint,
  readPermissionsEndpoint,
} from '../sections/permissions-endpoint-section.ts';
import { readPermissions } from '../sections/permissions-section.ts';
import { readQuotas } from '../sections/quotas-section.ts';
import {
  type AccessRule,
  readPreflights,
  readPublic,
  readSignedIn,
  readSubjects,
  type SectionContext,
  type Subject,
  unionOf,
} from '../sections/rules-section.ts';
import { type AccessMapTest, readTests } from '../sections/tests-section.ts';
import { ruleTableOf } from './compile-rule-table.ts';
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
  /** A route of the gateway beside `gatewayRoutes`, answered by a function of ours. */
  readonly permissionsEndpoint: PermissionsEndpoint | undefined;
  readonly rules: readonly AccessRule[];
  readonly tests: readonly AccessMapTest[];
  readonly oktaSides: readonly OktaSide[];
  readonly audit: AuditSettings;
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
): { readonly compiled: Compiled; readonly problems: readonly Problem[] } {
  const report = newReport(read);
  const document = { ...read, data: validate(convert(read.data, accessMapSchema), broken, report) };
  const root = { value: document.data, pointer: '' };
  const permissionsEndpoint = readPermissionsEndpoint(root);
  const inventory = readInventory(at(root, 'routes'), report, {
    reserved: permissionsEndpoint === undefined ? 0 : 1,
    readFile: options.readFile,
  });
  if (at(root, 'api', 'kind').value === 'rest')
    checkRestRoutes([...inventory.gatewayRoutes, ...asRoute(permissionsEndpoint)], report);
  const reading: SectionContext = { document, root, report, inventory };
  const sections = readSections(reading, permissionsEndpoint);
  checkSections(sections, reading);
  const tests = readTests(reading, namesOf(sections.groups), namesOf(sections.machines));
  const api = readApi(at(root, 'api'), report, permissionsEndpoint !== undefined);
  const publicKeys = new Set(sections.publicRules.map(({ pattern }) => pattern));
  checkReplace(
    root,
    api,
    new Map(inventory.gatewayRoutes.map(({ key }) => [key, publicKeys.has(key)])),
    report,
  );
  const audit = readAudit(at(root, 'audit'), report);
  const model = {
    ...modelOf(sections, api, permissionsEndpoint, reading, options),
    ...readRouteMarks(root, inventory, permissionsEndpoint !== undefined),
    ...auditFile(audit),
  };
  reportShadow(root, model.shadow !== undefined, report);
  const cache = planOf(model, api, reading);
  const cached: Omit<ModelFile, 'version'> =
    cache.file === undefined ? model : { ...model, cache: cache.file };
  const compiled = {
    model: { ...cached, version: versionOf(cached, api, inventory) },
    api,
    cache,
    permissionsEndpoint,
    gatewayRoutes: inventory.gatewayRoutes.map(({ key, method, template }) => ({
      key,
      method,
      template,
      public: publicKeys.has(key),
    })),
    rules: [
      ...sections.publicRules,
      ...sections.signedInRules,
      ...[...sections.groups, ...sections.machines].flatMap(({ rules }) => rules),
    ],
    tests,
    oktaSides: readOktaSides(root, model.okta, report),
    audit,
    ruleTable: ruleTableOf({ ...sections, blocked: model.blocked }, reading),
  };
  return { compiled, problems: report.problems };
}

/** A map with errors is not deployed, so that nothing has to be proven about it. */
function planOf(
  model: Omit<ModelFile, 'version'>,
  api: ApiSettings,
  { root, report }: SectionContext,
): CachePlan {
  const forced = cacheBlockers(root, model);
  reportBlockedTtl(root, forced, report);
  if (report.problems.some(({ severity }) => severity === 'error')) return NOT_PLANNED;
  return planCache(parseModel({ ...model, version: '0'.repeat(16) }), api.cache, forced);
}

/** `uid`, `cid` and `jti` values, which only Okta knows: none can be checked here. */
const readBlocked = (blocked: Cursor): BlockedFile => ({
  users: texts(at(blocked, 'users')).map(([uid]) => uid),
  clients: texts(at(blocked, 'clients')).map(([cid]) => cid),
  tokens: texts(at(blocked, 'tokens')).map(([jti]) => jti),
});

const namesOf = (subjects: readonly Subject[]): ReadonlySet<string> =>
  new Set(subjects.map(({ name }) => name));

function readSections(
  reading: SectionContext,
  endpoint: PermissionsEndpoint | undefined,
): Sections {
  const permissions = readPermissions(reading);
  return {
    permissions,
    publicRules: [...readPublic(reading), ...readPreflights(reading)],
    signedInRules: [
      ...readSignedIn(reading),
      ...(endpoint === undefined ? [] : [endpointRule(endpoint, reading)]),
    ],
    groups: readSubjects('group', reading, permissions),
    machines: readSubjects('machine', reading, permissions),
    quotas: readQuotas(reading, permissions),
  };
}

function modelOf(
  sections: Sections,
  api: ApiSettings,
  endpoint: PermissionsEndpoint | undefined,
  { root, report, inventory }: SectionContext,
  options: IssuerOptions,
): Omit<ModelFile, 'version'> {
  const { wordCount, cells } = inventory;
  const kind = at(root, 'api', 'kind').value === 'rest' ? 'rest' : 'http';
  const row = (rules: readonly AccessRule[], effect: AccessRule['effect']): string =>
    rowToHex(unionOf(rules, effect, wordCount));
  const grants = ({ rules, quota }: Subject): GrantsFile => ({
    allow: row(rules, 'allow'),
    deny: row(rules, 'deny'),
    ...(quota === undefined ? {} : { quota }),
  });
  return {
    format: 1,
    name: text(at(root, 'api', 'name')) ?? '',
    kind,
    unauthorized: api.unauthorized,
    scopes: at(root, 'scopes').value === 'intersect' ? 'intersect' : 'groups',
    okta: readOkta(at(root, 'okta'), namesOf(sections.groups), options, report),
    blocked: readBlocked(at(root, 'blocked')),
    routes: [
      ...cells.map(({ key, gateway }) => (gateway === undefined ? { key } : { key, gateway })),
      ...(endpoint === undefined ? [] : [{ key: endpoint.route }]),
    ],
    public: row(sections.publicRules, 'allow'),
    signedIn: row(sections.signedInRules, 'allow'),
    groups: sections.groups.map((group) => {
      const was = texts(at(root, 'groups', group.name, 'was')).map(([old]) => old);
      return { name: group.name, ...(was.length === 0 ? {} : { was }), ...grants(group) };
    }),
    machines: sections.machines.map((machine) => ({
      cid: machine.name,
      groups: machine.groups,
      ...grants(machine),
    })),
    permissions: [...sections.permissions.values()].map(({ name, routes }) => ({
      name,
      routes: rowToHex(routes),
    })),
    quotas: sections.quotas,
    ...(inventory.underCatchAll ? { routesBelow: true } : {}),
    ...(endpoint === undefined ? {} : { permissionsEndpoint: endpointFile(endpoint, kind, api) }),
  };
}
