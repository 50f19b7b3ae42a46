/** The app as which a run signs somebody in: one of those that the map accepts. */
import type { AccessMap } from '../lib/access-map/index.ts';

export interface ClientApp {
  readonly clientId: string;
  /** The map names it; else it accepts any, and this one is made up. */
  readonly isNamed: boolean;
  /** `openid`, and with `scopes: intersect` each permission, without which nothing is allowed. */
  readonly scopes: readonly string[];
}

export function clientApp({ model }: Pick<AccessMap, 'model'>): ClientApp {
  const clients = model.okta[0]?.clients ?? 'any';
  const named = clients === 'any' ? undefined : clients[0];
  const asked = model.scopes === 'intersect' ? model.permissions.map(({ name }) => name) : [];
  return {
    clientId: named ?? '0oa1web',
    isNamed: named !== undefined,
    scopes: ['openid', ...asked],
  };
}
