/** How the gateway may cache the authorizer's answers for a map, and why. */
import type { AccessMap } from '../../access-map/index.ts';

export interface CacheMode {
  readonly mode: 'off';
  /** What forces the mode; at least one. */
  readonly reasons: readonly string[];
}

export function cacheMode({ model }: Pick<AccessMap, 'model'>): CacheMode {
  const charged = new Set([...model.groups, ...model.machines].map(({ quota }) => quota));
  const names = model.quotas.filter(({ name }) => charged.has(name)).map(({ name }) => `quotas.${name}`);
  if (names.length === 0) return { mode: 'off', reasons: ['caching is not available yet'] };
  return { mode: 'off', reasons: [`${names.join(', ')} ${names.length === 1 ? 'counts' : 'count'} every request`] };
}
