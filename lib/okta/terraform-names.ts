/** How resources refer to each other. */

import { type HclBlock, type HclReference, reference } from '../hcl/hcl-values.ts';
import type { DesiredOrg } from './desired-org.ts';
import type { ServerState } from './state.ts';

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

/** Id by which a child of a server is imported; nothing for what is not there yet. */
export const childId = (
  server: ServerState | undefined,
  id: string | undefined,
): string | undefined => (server && id !== undefined ? `${server.id}/${id}` : undefined);

/** A name of the org in the characters that a local name may have. */
export const localCharacters = (name: string): string => name.replace(/[^A-Za-z0-9_-]/g, '_');

/** Gives local names of one kind that are right and differ, whatever the names of the org are. */
export type NameAllocator = (name: string) => string;

export function nameAllocator(taken: ReadonlySet<string> = new Set()): NameAllocator {
  const names = new Set(taken);
  return (name) => {
    const base = `${/^[A-Za-z_]/.test(name) ? '' : '_'}${localCharacters(name)}`;
    let local = base;
    for (let count = 2; names.has(local); count++) local = `${base}_${count}`;
    names.add(local);
    return local;
  };
}

function localNames(names: readonly string[]): ReadonlyMap<string, string> {
  const take = nameAllocator();
  return new Map(names.map((name) => [name, take(name)] as const));
}
