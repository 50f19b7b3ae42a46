/** How the local issuer is started for a map. */
import { LOGIN_CALLBACK_PATH } from '../lambda/core/contract/local-run.ts';
import type { AccessMap } from '../lib/access-map/index.ts';
import type { IssuerEndpoints } from './console/setup.ts';
import type { IssuerOptions } from './issuer/issuer.ts';
import { type PersistedState, persistedFile } from './persisted-state.ts';
import type { LocalUser } from './users.ts';

export interface IssuerChoices extends Pick<IssuerOptions, 'decide' | 'now' | 'apps'> {
  readonly ports?: { readonly issuer?: number };
  /** Folder in which the issuer keeps its state. */
  readonly state?: PersistedState;
}

/** Okta's, which are the local issuer's too. */
export const endpointsOf = (issuer: string): IssuerEndpoints => ({
  authorizationEndpoint: `${issuer}/v1/authorize`,
  tokenEndpoint: `${issuer}/v1/token`,
});

/** Undefined for a map without an okta block. */
export function issuerSettings(
  { model }: AccessMap,
  users: readonly LocalUser[],
  consoleOrigins: readonly string[],
  { ports, decide, now, apps = [], state }: IssuerChoices,
): IssuerOptions | undefined {
  const [okta] = model.okta;
  if (okta === undefined) return undefined;
  const machines = model.machines.map((machine) => machine.cid);
  return {
    audience: okta.audience,
    users,
    clients: okta.clients === 'any' ? 'any' : [...okta.clients, ...machines],
    redirectUris: consoleOrigins.map((origin) => `${origin}/callback`),
    apps,
    nativePath: LOGIN_CALLBACK_PATH,
    groupsClaim: okta.groupsClaims[0] ?? 'groups',
    groupPrefix: okta.groupPrefix,
    port: ports?.issuer ?? 0,
    ...(state === undefined
      ? {}
      : {
          persistedKeys: persistedFile(state.issuer, 'signing-keys.json'),
          persistedSignIns: persistedFile(state.issuer, 'sign-ins.json'),
        }),
    ...(decide === undefined ? {} : { decide }),
    ...(now === undefined ? {} : { now }),
  };
}
