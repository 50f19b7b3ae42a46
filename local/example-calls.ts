/** Calls to try on a map: one that a user may make, and one that is refused. */
import { parseModel } from '../lambda/core/model/load-model.ts';
import type { AccessMap } from '../lib/access-map/index.ts';
import { cellsFor } from '../lib/verdicts/cells.ts';
import type { LocalUser } from './users.ts';

export interface Example {
  readonly login: string;
  /** The user's. */
  readonly groups: readonly string[];
  readonly calls: readonly {
    readonly says: string;
    readonly method: string;
    readonly path: string;
    /** The route's own path. */
    readonly template: string;
  }[];
}

/** The first user with a single group, a route that the group allows, and one that it does not. */
export function exampleCalls(map: AccessMap, users: readonly LocalUser[]): Example {
  const { groups, routes } = map.model;
  const allowRow = (name: string | undefined) =>
    groups.find((group) => group.name === name)?.allow ?? '';
  const user =
    users.find(({ groups: own }) => own.length === 1 && /[^0]/.test(allowRow(own[0]))) ?? users[0];
  const cellOf = cellsFor(parseModel(map.model), { groups: user?.groups ?? [] });
  const keys = routes.map((route) => route.key);
  const allowed = keys.find((key) => cellOf(key).gateway === 'allow');
  const refused = keys.find((key) => cellOf(key).gateway === 'deny' && !key.startsWith('OPTIONS '));
  return {
    login: user?.login ?? 'nobody@example.com',
    groups: user?.groups ?? [],
    calls: [
      ...(allowed === undefined ? [] : [{ says: 'allowed', ...callOf(allowed) }]),
      ...(refused === undefined ? [] : [{ says: 'refused', ...callOf(refused) }]),
    ],
  };
}

function callOf(routeKey: string): Omit<Example['calls'][number], 'says'> {
  const [method = 'GET', template = '/'] = routeKey.split(' ');
  const path = template.replaceAll(/\{[^}]+\}/g, '1').replace('$default', '/');
  return { method, template, path };
}
