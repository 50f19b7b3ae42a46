/** The desired state of an org: what one or several maps say together. */

import type { AppType, OktaSide } from '../access-map/index.ts';
import { code } from '../access-map/report/problems.ts';
import { appsOf, groupsOf, originsOf } from './desired-objects.ts';
import type { DesiredOrg, DesiredPolicy, DesiredServer } from './desired-org.ts';
import { OktaError } from './okta-error.ts';

/**
 * Merges the Okta sides of maps.
 * @throws OktaError where two maps contradict each other: one sentence with both.
 */
export function desiredOrg(sides: readonly OktaSide[]): DesiredOrg {
  const maps = sides.map(({ map }) => map);
  const twice = maps.find((map, index) => maps.indexOf(map) !== index);
  if (twice !== undefined)
    throw new OktaError(
      'MAP_NAME_TAKEN',
      `expected maps of different APIs, found \`api.name\` ${code(twice)} twice`,
    );
  const org = same(sides, 'org', 'okta.manage.org');
  const renamed = renamedOf(sides, maps);
  const servers = [...new Set(sides.map(({ server }) => server))];
  const apps = appsOf(sides);
  return {
    org,
    maps,
    renamed,
    servers: servers.map((name) =>
      serverOf(
        name,
        sides.filter((side) => side.server === name),
      ),
    ),
    groups: groupsOf(sides),
    apps,
    origins: originsOf(apps),
  };
}

/** The maps and their former names: what carries one of them is theirs to change. */
export const givenNames = ({
  maps,
  renamed,
}: Pick<DesiredOrg, 'maps' | 'renamed'>): readonly string[] => [...maps, ...Object.keys(renamed)];

function renamedOf(sides: readonly OktaSide[], maps: readonly string[]): DesiredOrg['renamed'] {
  const renamed = new Map<string, string>();
  for (const { map, was } of sides) {
    for (const former of was) {
      const owner = maps.includes(former) ? former : renamed.get(former);
      if (owner !== undefined)
        throw new OktaError(
          'MAP_NAME_TAKEN',
          `expected a former name of ${code(map)} under \`okta.manage.was\`, found ${code(former)}, which ${code(owner)} has`,
        );
      renamed.set(former, map);
    }
  }
  return Object.fromEntries(renamed);
}

function same(sides: readonly OktaSide[], key: 'org' | 'audience', what: string): string {
  const [first, ...others] = sides;
  const other = others.find((side) => side[key] !== first?.[key]);
  if (!first) throw new OktaError('MAP_UNMANAGED', 'expected an access map with `okta.manage`');
  if (other) {
    const found = `${code(first[key])} in ${code(first.map)} and ${code(other[key])} in ${code(other.map)}`;
    throw new OktaError(
      'MAPS_DIFFER',
      `expected one \`${what}\` in maps that are set up together, found ${found}`,
    );
  }
  return first[key];
}

function serverOf(name: string, sides: readonly OktaSide[]): DesiredServer {
  const issuerMode = issuerModeOf(sides);
  const issuers = [...new Set(sides.flatMap((side) => side.issuers))];
  return {
    name,
    issuers,
    audience: same(sides, 'audience', 'okta.audience'),
    ...(issuerMode === undefined ? {} : { issuerMode }),
    maps: sides.map(({ map }) => map),
    claims: claimsOf(name, sides),
    shares: sides.map(({ map, groupsClaims, groups, groupPrefix }) => ({
      map,
      claims: groupsClaims,
      groups: groups.map((group) => groupPrefix + group.name),
    })),
    scopes: scopesOf(sides.filter((side) => side.scopes)),
    groups: namesOf(sides),
    idTokenGroups: namesOf(sides.filter((side) => side.idTokenGroups)),
    policies: sides.map(policyOf),
    formers: sides.flatMap(({ was }) => was),
    accepted: [...new Set(sides.flatMap(({ accepted }) => accepted))],
    machines: sides.some(
      (side) => side.machines.length > 0 || side.apps.some(({ type }) => type === 'service'),
    ),
  };
}

const scopesOf = (sides: readonly OktaSide[]): DesiredServer['scopes'] =>
  [...new Set(sides.flatMap(({ permissions }) => permissions))].map((name) => ({
    name,
    maps: sides.filter(({ permissions }) => permissions.includes(name)).map(({ map }) => map),
  }));

/** A map that says none takes that of the others. */
function issuerModeOf(sides: readonly OktaSide[]): OktaSide['issuerMode'] {
  const [first, ...others] = sides.filter((side) => side.issuerMode !== undefined);
  const other = others.find((side) => side.issuerMode !== first?.issuerMode);
  if (first && other) {
    const found = `${code(first.issuerMode ?? '')} in ${code(first.map)} and ${code(other.issuerMode ?? '')} in ${code(other.map)}`;
    throw new OktaError(
      'MAPS_DIFFER',
      `expected one \`okta.manage.issuerMode\` for the server ${code(first.server)}, found ${found}`,
    );
  }
  return first?.issuerMode;
}

/** Names in Okta of the groups of maps. */
const namesOf = (sides: readonly OktaSide[]): readonly string[] => [
  ...new Set(
    sides.flatMap(({ groups, groupPrefix }) => groups.map(({ name }) => groupPrefix + name)),
  ),
];

/** A map lists as many claims as carry its groups: the lists may differ in length alone. */
function claimsOf(name: string, sides: readonly OktaSide[]): readonly string[] {
  const [longest] = sides.toSorted((a, b) => b.groupsClaims.length - a.groupsClaims.length);
  const other = sides.find(({ groupsClaims }) =>
    groupsClaims.some((claim, index) => claim !== longest?.groupsClaims[index]),
  );
  if (longest && other) {
    throw new OktaError(
      'MAPS_DIFFER',
      `expected one \`okta.groupsClaim\` for the server ${code(name)}, found different ones in ${code(longest.map)} and ${code(other.map)}`,
    );
  }
  return longest?.groupsClaims ?? [];
}

const GRANTS: Readonly<Record<AppType, readonly string[]>> = {
  spa: ['authorization_code'],
  native: ['authorization_code', 'urn:ietf:params:oauth:grant-type:device_code'],
  web: ['authorization_code'],
  service: ['client_credentials'],
};

/**
 * What a policy must allow for an app. A refresh token comes with another grant, so policies do not
 * name it.
 */
export const policyGrants = ({
  type,
  grants,
}: {
  readonly type: AppType;
  readonly grants?: readonly string[];
}): readonly string[] => grants?.filter((grant) => grant !== 'refresh_token') ?? GRANTS[type];

/**
 * Those of `policyGrants` that the map names, and the one that an app of its type needs. Others
 * that somebody has removed stay removed.
 */
export const neededGrants = ({
  type,
  grants,
}: {
  readonly type: AppType;
  readonly grants?: readonly string[];
}): readonly string[] =>
  grants === undefined ? GRANTS[type].slice(0, 1) : policyGrants({ type, grants });

/** The same of all clients of a policy. */
export function neededOfPolicy(
  { map, clients, machines }: DesiredPolicy,
  { apps }: Pick<DesiredOrg, 'apps'>,
): readonly string[] {
  const isPlain = (client: string): boolean =>
    !client.startsWith('app:') && !machines.includes(client);
  return [
    ...apps.filter(({ maps }) => maps.includes(map)).flatMap(neededGrants),
    ...(machines.length > 0 ? ['client_credentials'] : []),
    // A client that the map does not describe uses the usual grant.
    ...(clients === 'any' || clients.some(isPlain) ? ['authorization_code'] : []),
  ];
}

/** Grants that a rule of ours is to have: what of them it lacks is added where the map needs it. */
export const keptGrants = (
  { grantTypes }: DesiredPolicy,
  existing: readonly string[],
  needed: readonly string[],
): readonly string[] =>
  grantTypes.filter((grant) => existing.includes(grant) || needed.includes(grant));

/** Clients of machines belong to the policy too: without it Okta gives them no token. */
function policyOf({
  map,
  clients,
  machines,
  machinesElsewhere,
  apps,
  ...side
}: OktaSide): DesiredPolicy {
  const services = apps.filter(({ type }) => type === 'service').map(({ label }) => `app:${label}`);
  const all = clients === 'any' ? 'any' : [...new Set([...clients, ...services, ...machines])];
  const grants = apps.flatMap(policyGrants);
  const machine = machines.length > 0 ? ['client_credentials'] : [];
  return {
    map,
    clients: all,
    machines,
    elsewhere: machinesElsewhere
      ? machines.filter((machine) => clients === 'any' || !clients.includes(machine))
      : [],
    grantTypes: [...new Set(['authorization_code', ...grants, ...machine])].toSorted(),
    lifetimeMinutes: side.tokenLifetimeMinutes,
    lifetimeNamed: side.tokenLifetimeNamed,
    maxLifetimeSeconds: side.maxTokenLifetimeSeconds,
    ...(side.refreshTokenMinutes === undefined ? {} : { refreshMinutes: side.refreshTokenMinutes }),
  };
}
