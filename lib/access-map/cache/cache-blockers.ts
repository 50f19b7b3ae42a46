/** What asks for a decision at every request, so that no answer may be kept. */
import type { ModelFile } from '../../../lambda/core/model/model-file.ts';
import { at, type Cursor, isData, type Report } from '../report/cursor.ts';
import type { CachePlan } from './cache-plan.ts';

/** Reasons, each naming the key that forces it. */
export function cacheBlockers(root: Cursor, model: Omit<ModelFile, 'version'>): readonly string[] {
  const charged = new Set([...model.groups, ...model.machines].map(({ quota }) => quota));
  const quotas = model.quotas
    .filter(({ name }) => charged.has(name))
    .map(({ name }) => `quotas.${name}`);
  // Routes that only the owner knows carry the authorizer too, and a kept policy is proven for the
  // map's routes alone.
  const elsewhere =
    at(root, 'api', 'authorizerOnly').value === true ? 'authorizerOnly' : 'attachTo';
  const foreign = elsewhere === 'authorizerOnly' || isData(at(root, 'api', 'attachTo').value);
  return [
    ...(foreign
      ? [`api.${elsewhere}: the owner's API may have routes that the map does not have`]
      : []),
    ...(quotas.length === 0
      ? []
      : [`${quotas.join(', ')} ${quotas.length === 1 ? 'counts' : 'count'} every request`]),
    ...(model.routesBelow
      ? ['routes below a greedy or `$default` route are read off each path']
      : []),
    ...(model.shadow ? ['what is in shadow is recorded at every request'] : []),
    ...(at(root, 'audit', 'complete').value === true
      ? ['audit.complete records every request']
      : []),
  ];
}

/** Asking for a cache that cannot be is an error; `auto` goes without. */
export function reportBlockedTtl(root: Cursor, forced: readonly string[], report: Report): void {
  const { value, pointer } = at(root, 'api', 'cache', 'ttl');
  if (value === undefined || forced.length === 0) return;
  const says = `\`ttl\` caches answers, and this map needs a decision at every request: ${forced.join('; ')}; expected \`auto\` or \`off\``;
  report.error('CACHE_FORCED_OFF', pointer, { says, expected: '`auto` or `off`' }, 'key');
}

/** Of a map with errors. */
export const NOT_PLANNED: CachePlan = {
  mode: 'off',
  ttlSeconds: 0,
  reasons: ['the map has errors'],
  responseBoundBytes: 0,
  conflicts: [],
  file: undefined,
};
