/** Settings that need a decision for every request and so rule out caching. */
import { isObject } from '../../../lambda/core/json/json-object.ts';
import type { ModelFile } from '../../../lambda/core/model/model-file.ts';
import { at, type Cursor, is, type Report } from '../report/cursor.ts';
import type { AccessMapInput, MapSection } from '../schema/schema.ts';
import type { CachePlan } from './cache-plan.ts';

/** Reasons, each naming the key that forces it. */
export function cacheBlockers(
  root: Cursor<AccessMapInput>,
  model: Omit<ModelFile, 'version'>,
): readonly string[] {
  const everyone = model.everyone ? [model.everyone] : [];
  const subjects = [...model.groups, ...model.machines, ...everyone];
  const charged = new Set(subjects.map(({ quota }) => quota));
  const quotas = model.quotas
    .filter(({ name }) => charged.has(name))
    .map(({ name }) => `quotas.${name}`);
  const count = quotas.length === 1 ? 'counts' : 'count';
  // The owner's API may have further routes with the authorizer, and a cached policy is proven for
  // the map's routes only.
  const api = at(root, 'api');
  const elsewhere = is(at(api, 'authorizerOnly'), true) ? 'authorizerOnly' : 'attachTo';
  const foreign = elsewhere === 'authorizerOnly' || isObject(at(api, 'attachTo').value);
  return [
    ...(foreign
      ? [`api.${elsewhere}: the owner's API may have routes that the map does not have`]
      : []),
    ...(quotas.length > 0 ? [`${quotas.join(', ')} ${count} every request`] : []),
    ...(model.routesBelow
      ? ['routes under a greedy or `$default` route are resolved from each request path']
      : []),
    ...(model.shadow ? ['routes in shadow mode are recorded at every request'] : []),
    ...(is(at(at(root, 'audit'), 'complete'), true)
      ? ['audit.complete records every request']
      : []),
  ];
}

/** A `ttl` that cannot be honoured is an error; `auto` turns caching off. */
export function reportBlockedTtl(
  cache: Cursor<MapSection<'api'>['cache']>,
  forced: readonly string[],
  report: Report,
  remedy?: string,
): void {
  const { value, pointer } = at(cache, 'ttl');
  if (value === undefined || forced.length === 0) return;
  const says = `\`ttl\` caches answers, and this map needs a decision at every request: ${forced.join('; ')}; expected \`auto\` or \`off\`${remedy === undefined ? '' : `; or, ${remedy}`}`;
  report.error('CACHE_FORCED_OFF', pointer, { says, expected: '`auto` or `off`' }, 'key');
}

/** The plan of a map with errors. */
export const NOT_PLANNED: CachePlan = {
  mode: 'off',
  ttlSeconds: 0,
  reasons: ['the map has errors'],
  responseBoundBytes: 0,
  conflicts: [],
  file: undefined,
};
