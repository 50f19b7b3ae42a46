/** What makes every request count, so that no answer may be kept. */
import type { ModelFile } from '../../../lambda/core/model.ts';
import { at, type Cursor, entries, items, type Report } from '../cursor.ts';
import type { CachePlan } from './plan.ts';

/** Reasons, each naming the key that forces it. */
export function whatForcesOff(root: Cursor, model: Omit<ModelFile, 'version'>): readonly string[] {
  const charged = new Set([...model.groups, ...model.machines].map(({ quota }) => quota));
  const quotas = model.quotas.filter(({ name }) => charged.has(name)).map(({ name }) => `quotas.${name}`);
  const shadow = [root, ...items(at(root, 'routes')), ...entries(at(root, 'groups')).map(([, group]) => group)].find(
    (cursor) => at(cursor, 'mode').value === 'shadow',
  );
  return [
    ...(quotas.length === 0 ? [] : [`${quotas.join(', ')} ${quotas.length === 1 ? 'counts' : 'count'} every request`]),
    ...(model.routesBelow ? ['routes below a greedy or `$default` route are read off each path'] : []),
    ...(shadow ? ['what is in shadow is recorded at every request'] : []),
    ...(at(root, 'audit', 'complete').value === true ? ['audit.complete records every request'] : []),
  ];
}

/** Asking for a cache that cannot be is an error; `auto` goes without. */
export function reportForcedTtl(root: Cursor, forced: readonly string[], report: Report): void {
  const { value, pointer } = at(root, 'api', 'cache', 'ttl');
  if (value === undefined || forced.length === 0) return;
  const says = `\`ttl\` caches answers, and a cached answer is neither counted nor recorded: ${forced.join('; ')}; expected \`auto\` or \`off\``;
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
