/** Makes the model's file of the sections of a map. */
import { rowToHex } from '../../../lambda/core/model/bits.ts';
import type {
  BlockedFile,
  GrantsFile,
  ModelFile,
  OktaModel,
} from '../../../lambda/core/model/model-file.ts';
import { at, type Cursor, is, text, texts } from '../report/cursor.ts';
import type { Inventory } from '../routes/inventory.ts';
import type { AccessMapInput, MapSection } from '../schema/schema.ts';
import type { ApiSettings } from '../sections/api-section.ts';
import { type AuditSettings, auditFile, readRouteMarks } from '../sections/audit-section.ts';
import { conflictFile, readConflicts } from '../sections/conflicts-section.ts';
import type { MapRules } from '../sections/map-rules.ts';
import { readPathModes } from '../sections/paths-section.ts';
import {
  endpointFile,
  endpointRule,
  type PermissionsEndpoint,
} from '../sections/permissions-endpoint-section.ts';
import { readPermissions } from '../sections/permissions-section.ts';
import { readPreflights } from '../sections/preflights-section.ts';
import { readQuotas } from '../sections/quotas-section.ts';
import { type RevocationSettings, revocationFile } from '../sections/revocation-section.ts';
import {
  type AccessRule,
  readEveryone,
  readGroups,
  readMachines,
  type Subject,
  unionOf,
} from '../sections/rules-section.ts';
import type { SectionContext } from '../sections/section-context.ts';
import { readPublic, readSignedIn } from '../sections/ungrouped-section.ts';

export function readMapRules(
  root: Cursor<AccessMapInput>,
  endpoint: PermissionsEndpoint | undefined,
  reading: SectionContext,
): MapRules {
  const permissions = readPermissions(at(root, 'permissions'), reading);
  const endpointPointer = at(at(root, 'permissionsEndpoint'), 'path').pointer;
  const everyone = readEveryone(at(root, 'everyone'), reading, permissions);
  return {
    permissions,
    publicRules: [
      ...readPublic(at(root, 'public'), reading),
      ...readPreflights(at(at(root, 'api'), 'cors'), reading),
    ],
    signedInRules: [
      ...readSignedIn(at(root, 'signedIn'), reading),
      ...(endpoint === undefined ? [] : [endpointRule(endpoint, endpointPointer, reading)]),
    ],
    groups: readGroups(at(root, 'groups'), reading, permissions),
    everyone,
    machines: readMachines(at(root, 'machines'), reading, permissions),
    conflicts: readConflicts(at(root, 'conflicts'), reading),
    // What every user has is charged whichever grant allows the route, groups that name it alike.
    quotas: readQuotas(at(root, 'quotas'), reading, permissions).map((quota) =>
      quota.name === everyone?.quota ? { ...quota, strict: true } : quota,
    ),
  };
}

export interface ModelSettings {
  readonly api: ApiSettings;
  readonly audit: AuditSettings;
  readonly okta: readonly OktaModel[];
  readonly revocations: readonly RevocationSettings[];
  readonly endpoint: PermissionsEndpoint | undefined;
}

export function modelOf(
  root: Cursor<AccessMapInput>,
  rules: MapRules,
  { api, audit, okta, revocations, endpoint }: ModelSettings,
  inventory: Inventory,
): Omit<ModelFile, 'version'> {
  const kind = is(at(at(root, 'api'), 'kind'), 'rest') ? 'rest' : 'http';
  const whole = is(at(root, 'mode'), 'shadow');
  const attached = api.attachTo !== undefined;
  const marked = { whole, endpoint: endpoint !== undefined, attached };
  return {
    format: 1,
    name: text(at(at(root, 'api'), 'name')) ?? '',
    kind,
    unauthorized: api.unauthorized,
    scopes: is(at(root, 'scopes'), 'intersect') ? 'intersect' : 'groups',
    okta,
    blocked: readBlocked(at(root, 'blocked')),
    ...(revocations.length > 0 && { revocation: revocations.map(revocationFile) }),
    routes: [
      ...inventory.cells.map(({ key, gateway }) =>
        gateway === undefined ? { key } : { key, gateway },
      ),
      ...(endpoint === undefined ? [] : [{ key: endpoint.route }]),
    ],
    ...rowsOf(root, rules, inventory),
    quotas: rules.quotas,
    ...(inventory.underCatchAll ? { routesBelow: true } : {}),
    ...(endpoint === undefined ? {} : { permissionsEndpoint: endpointFile(endpoint, kind, api) }),
    ...readRouteMarks(at(root, 'routes'), marked, inventory),
    ...readPathModes(at(root, 'routes'), api.paths, inventory),
    ...auditFile(audit),
  };
}

/** Who may call what, as rows of routes. */
function rowsOf(
  root: Cursor<AccessMapInput>,
  { publicRules, signedInRules, groups, everyone, machines, conflicts, permissions }: MapRules,
  { wordCount }: Inventory,
): Pick<
  ModelFile,
  'public' | 'signedIn' | 'groups' | 'everyone' | 'machines' | 'conflicts' | 'permissions'
> {
  const row = (rules: readonly AccessRule[], effect: AccessRule['effect']): string =>
    rowToHex(unionOf(rules, effect, wordCount));
  const grants = ({ rules, quota }: Subject): GrantsFile => ({
    allow: row(rules, 'allow'),
    deny: row(rules, 'deny'),
    ...(quota === undefined ? {} : { quota }),
  });
  const formerNames = (group: string): { readonly was?: readonly string[] } => {
    const was = texts(at(at(at(root, 'groups'), group), 'was')).map(([old]) => old);
    return was.length === 0 ? {} : { was };
  };
  return {
    public: row(publicRules, 'allow'),
    signedIn: row(signedInRules, 'allow'),
    groups: groups.map((group) => ({
      name: group.name,
      ...formerNames(group.name),
      ...grants(group),
    })),
    ...(everyone && { everyone: grants(everyone) }),
    ...(conflicts.length > 0 && { conflicts: conflicts.map(conflictFile) }),
    machines: machines.map((machine) => ({
      cid: machine.name,
      groups: machine.groups,
      ...grants(machine),
    })),
    permissions: [...permissions.values()].map(({ name, routes }) => ({
      name,
      routes: rowToHex(routes),
    })),
  };
}

/** `uid`, `cid` and `jti` values, which only Okta knows: none can be checked here. */
const readBlocked = (blocked: Cursor<MapSection<'blocked'>>): BlockedFile => ({
  users: texts(at(blocked, 'users')).map(([uid]) => uid),
  clients: texts(at(blocked, 'clients')).map(([cid]) => cid),
  tokens: texts(at(blocked, 'tokens')).map(([jti]) => jti),
});
