/** How resources refer to each other. */
import type { DesiredOrg } from './desired-org.ts';
import { type HclBlock, type HclReference, localNames, reference } from './hcl.ts';

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
