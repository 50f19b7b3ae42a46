/** Calls to try on a map: one that a user may make, and one that is refused. */
import type { AccessMap } from '../lib/access-map/index.ts';
import type { LocalUser } from './users.ts';

interface Example {
  readonly login: string;
  readonly calls: readonly {
    readonly says: string;
    readonly method: string;
    readonly path: string;
  }[];
}

/** The first user with a single group, a route that the group opens, and one that it does not. */
export function exampleCalls(map: AccessMap, users: readonly LocalUser[]): Example {
  const { groups, routes } = map.model;
  const named = (name: string | undefined) => groups.find((group) => group.name === name);
  const user =
    users.find(({ groups: own }) => own.length === 1 && /[^0]/.test(named(own[0])?.allow ?? '')) ??
    users[0];
  const group = named(user?.groups[0]);
  const isAllowed = (index: number): boolean =>
    hasRoute(group?.allow, index) && !hasRoute(group?.deny, index);
  const isOther = (index: number): boolean =>
    hasRoute(map.model.public, index) || hasRoute(map.model.signedIn, index);
  const keys = routes.map((route) => route.key);
  const allowed = keys.find((_key, index) => isAllowed(index) && !isOther(index));
  const refused = keys.find(
    (key, index) => !isAllowed(index) && !isOther(index) && !key.startsWith('OPTIONS '),
  );
  return {
    login: user?.login ?? 'nobody@example.com',
    calls: [
      ...(allowed === undefined ? [] : [{ says: 'allowed', ...callOf(allowed) }]),
      ...(refused === undefined ? [] : [{ says: 'refused', ...callOf(refused) }]),
    ],
  };
}

/**
 * A row of the model: words of eight hexadecimal digits, route n at bit `n % 32` of word `n / 32`.
 */
function hasRoute(row: string | undefined, index: number): boolean {
  const start = (index >>> 5) * 8;
  const word = Number.parseInt(row?.slice(start, start + 8) || '0', 16);
  return ((word >>> (index & 31)) & 1) === 1;
}

function callOf(routeKey: string): { readonly method: string; readonly path: string } {
  const [method = 'GET', template = '/'] = routeKey.split(' ');
  return { method, path: template.replaceAll(/\{[^}]+\}/g, '1') };
}
