/**
 * 300 routes of GitHub's REST API (categories and routes as its public description lists them,
 * 2026-11), with groups as a company would have them: readers, writers and administrators of each
 * category, and a few that cross them.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { AccessMap } from '../../../../lib/access-map/index.ts';
import { base } from '../support.ts';

const lines = readFileSync(join(__dirname, 'fixtures/github-routes.txt'), 'utf8')
  .trim()
  .split('\n');
const routes = lines.map((line) => ({
  category: line.slice(0, line.indexOf(' ')),
  key: line.slice(line.indexOf(' ') + 1),
}));
const categories = [...new Set(routes.map(({ category }) => category))];
const shape = (key: string) => key.replace(/\{[^}]*\}/g, '{}');
/** One name for each place of a parameter, as the gateway demands. */
const named = (key: string) => {
  let at = 0;
  return key.replace(/\{[^}]*\}/g, () => `{p${at++}}`);
};
const keysOf = (is: (route: { readonly category: string; readonly key: string }) => boolean) =>
  routes.filter(is).map(({ key }) => named(key));

type Is = (route: { readonly category: string; readonly key: string }) => boolean;
const READ: Is = ({ key }) => key.startsWith('GET ');
const EDIT: Is = ({ key }) => !key.startsWith('DELETE ');
const ALL: Is = () => true;

const crossing = { auditors: keysOf(READ), administrators: keysOf(ALL), editors: keysOf(EDIT) };
const ofCategories = Object.fromEntries(
  categories.flatMap((category) =>
    Object.entries({ readers: READ, editors: EDIT, maintainers: ALL }).map(([role, is]) => [
      `${category}-${role}`,
      keysOf((route) => route.category === category && is(route)),
    ]),
  ),
);

const mapOf = (
  groups: Readonly<Record<string, readonly string[]>>,
  paths: 'usual' | 'exact' = 'usual',
): AccessMap =>
  AccessMap.fromObject({
    ...base,
    api: { ...base.api, paths },
    routes: keysOf(ALL),
    groups: Object.fromEntries(Object.entries(groups).map(([name, allow]) => [name, { allow }])),
  });

test('it is 300 routes, all different to the gateway', () => {
  expect(new Set(routes.map(({ key }) => shape(key))).size).toBe(300);
});

test('what keeps a real API from one policy for all routes of a token is named, and every answer stays within its bound', () => {
  const { cache, model } = mapOf({ ...ofCategories, ...crossing });
  expect(model.groups).toHaveLength(30);
  expect([cache.mode, cache.otherwise?.mode]).toEqual(['off', 'tokenAndRoute']);
  expect(cache.otherwise?.responseBoundBytes).toBeLessThanOrEqual(8_000);
  for (const { open: allowed, closed } of cache.conflicts.slice(0, 50))
    expect([allowed, closed].every((key) => model.routes.some((route) => route.key === key))).toBe(
      true,
    );
  expect(cache.reasons.join('\n')).toMatch(
    /a back end may read a value of `GET [^`]+` as `GET [^`]+`, and some caller may call only the first/,
  );
});

test('roles that cross all categories run per token where no POST can become a DELETE', () => {
  expect(mapOf(crossing).cache.reasons[0]).toMatch(/^the query `_method`, .* makes `DELETE /);
  const { cache } = mapOf(crossing, 'exact');
  expect(cache.reasons).toEqual(['proven for every caller over 300 routes in 3 classes']);
  expect(cache.mode).toBe('token');
  expect(cache.responseBoundBytes).toBeLessThanOrEqual(8_000);
});
