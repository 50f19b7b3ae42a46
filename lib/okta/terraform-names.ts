/** How resources refer to each other. */

import { type HclBlock, type HclReference, reference } from '../hcl/hcl-values.ts';
import type { DesiredOrg } from './desired-org.ts';

/** A resource, and the id of what it is in the org. */
export interface Resources {
  readonly block: HclBlock;
  readonly importId?: string;
}

export interface Names {
  readonly groups: ReadonlyMap<string, string>;
  readonly apps: ReadonlyMap<string, string>;
  readonly origins: ReadonlyMap<string, string>;
  readonly servers: ReadonlyMap<string, string>;
}

export const namesOf = ({ groups, apps, origins, servers }: DesiredOrg): Names => ({
  groups: localNames(['Everyone', ...groups.map(({ name }) => name)]),
  apps: localNames(apps.map(({ label }) => label)),
  origins: localNames(origins.map(({ origin }) => origin)),
  servers: localNames(servers.map(({ name }) => name)),
});

export const idOf = (type: string, name: string): HclReference => reference(`${type}.${name}.id`);

export const resource = (
  type: string,
  name: string,
  attributes: HclBlock['attributes'],
  importId?: string,
): Resources => ({
  block: { type: 'resource', labels: [type, name], attributes },
  ...(importId === undefined ? {} : { importId }),
});

/** Local names that are right and differ, whatever the names of the org are. */
function localNames(names: readonly string[]): ReadonlyMap<string, string> {
  const taken = new Set<string>();
  return new Map(
    names.map((name) => {
      const base = `${/^[A-Za-z_]/.test(name) ? '' : '_'}${name.replace(/[^A-Za-z0-9_-]/g, '_')}`;
      let local = base;
      for (let count = 2; taken.has(local); count++) local = `${base}_${count}`;
      taken.add(local);
      return [name, local] as const;
    }),
  );
}
