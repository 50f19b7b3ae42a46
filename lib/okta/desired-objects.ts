/** Groups, apps and trusted origins that several maps name are one each. */
import type { OktaSide } from '../access-map/index.ts';
import { code } from '../access-map/report/problems.ts';
import type { DesiredApp, DesiredGroup, DesiredOrg } from './desired-org.ts';
import { OktaError } from './okta-error.ts';

export function groupsOf(sides: readonly OktaSide[]): readonly DesiredGroup[] {
  const groups = new Map<string, DesiredGroup>();
  for (const { map, groups: own, groupPrefix, createGroups } of sides) {
    for (const { name: key, was, id, rule, ...does } of own) {
      const name = groupPrefix + key;
      const known = groups.get(name);
      assertSame('id', known, id, map);
      assertSame('rule', known, rule, map);
      groups.set(name, {
        name,
        was: [...new Set([...(known?.was ?? []), ...was.map((old) => groupPrefix + old)])],
        ...(known?.id === undefined ? {} : { id: known.id }),
        ...(id === undefined ? {} : { id }),
        ...(known?.rule === undefined ? {} : { rule: known.rule }),
        ...(rule === undefined ? {} : { rule }),
        ruleMaps: [...(known?.ruleMaps ?? []), ...(rule === undefined ? [] : [map])],
        create: createGroups || known?.create === true,
        allows: does.allows || known?.allows === true,
        denies: does.denies || known?.denies === true,
        maps: [...(known?.maps ?? []), map],
      });
    }
  }
  return [...groups.values()];
}

function assertSame(
  key: 'id' | 'rule',
  known: DesiredGroup | undefined,
  value: string | undefined,
  map: string,
): void {
  const other = known?.[key];
  if (!known || other === undefined || value === undefined || other === value) return;
  throw new OktaError(
    'MAPS_DIFFER',
    `expected one \`${key}\` of the group ${code(known.name)}, found different ones in ${code(known.maps[0] ?? '')} and ${code(map)}`,
  );
}

/** Apps by label; one that several maps name is one app, assigned to the groups of all. */
export function appsOf(sides: readonly OktaSide[]): readonly DesiredApp[] {
  const all = new Map<string, DesiredApp>();
  for (const { map, apps, groupPrefix } of sides) {
    for (const { groups: own, ...app } of apps) {
      const groups = own.map((group) => (group === 'Everyone' ? group : groupPrefix + group));
      const known = all.get(app.label);
      if (known && formOf(known) !== formOf(app)) {
        throw new OktaError(
          'MAPS_DIFFER',
          `expected one app ${code(app.label)}, found different ones in ${code(known.maps[0] ?? '')} and ${code(map)}`,
        );
      }
      const merged = [...new Set([...(known?.groups ?? []), ...groups])];
      all.set(app.label, { ...app, groups: merged, maps: [...(known?.maps ?? []), map] });
    }
  }
  return [...all.values()];
}

/** What several maps must say alike of one app. */
const formOf = ({
  type,
  redirectUris,
  authMethod,
  grants,
  pkce,
}: Pick<DesiredApp, 'type' | 'redirectUris' | 'authMethod' | 'grants' | 'pkce'>): string =>
  JSON.stringify([type, redirectUris, authMethod, grants?.toSorted(), pkce]);

/**
 * A single-page app calls the token endpoint from the browser, which Okta allows for trusted
 * origins only.
 */
export function originsOf(apps: readonly DesiredApp[]): DesiredOrg['origins'] {
  const origins = new Map<string, readonly string[]>();
  for (const { type, redirectUris, maps } of apps) {
    if (type !== 'spa') continue;
    for (const uri of redirectUris) {
      const { origin } = new URL(uri);
      origins.set(origin, [...new Set([...(origins.get(origin) ?? []), ...maps])]);
    }
  }
  return [...origins].map(([origin, maps]) => ({ origin, maps }));
}
