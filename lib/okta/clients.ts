/** The clients of a map's policy as the org has them, and what each may do. */
import { appLabel } from '../access-map/index.ts';
import { shapeOf } from './app-shapes.ts';
import { neededGrants, neededOfPolicy, policyGrants } from './desired.ts';
import type { DesiredApp, DesiredOrg, DesiredPolicy } from './desired-org.ts';
import { ANY_CLIENT } from './minting.ts';
import { textAt, valueAt } from './org.ts';
import type { AppState, OrgState } from './state.ts';

export interface Client {
  /** Client id; `app:LABEL` for an app that the org lacks, `any` for any client. */
  readonly id: string;
  /** How messages call it. */
  readonly shown: string;
  readonly app?: AppState;
  /** What the map says of the app. */
  readonly wanted?: DesiredApp;
  /** Grants that the map means for it. */
  readonly grants: readonly string[];
  /** Those of them without which it gets no token as the map means it. */
  readonly needed: readonly string[];
}

export function clientsOf(
  policy: DesiredPolicy,
  desired: DesiredOrg,
  state: Pick<OrgState, 'apps' | 'clientIds'>,
): readonly Client[] {
  const { clients, machines, grantTypes } = policy;
  if (clients !== 'any')
    return clients.map((name) => clientOf(name, machines.includes(name), desired, state));
  const named = namedWithAny(policy, desired).filter(
    (name) => !machines.includes(name) || state.clientIds.includes(name),
  );
  return [
    {
      id: ANY_CLIENT,
      shown: 'any client',
      grants: grantTypes,
      needed: neededOfPolicy(policy, desired),
    },
    ...named.map((name) => clientOf(name, machines.includes(name), desired, state)),
  ];
}

/** The clients that a map names although it accepts any client. */
const namedWithAny = (
  { map, machines }: DesiredPolicy,
  { apps }: DesiredOrg,
): readonly string[] => [
  ...machines,
  ...apps.filter(({ maps }) => maps.includes(map)).map(({ label }) => `app:${label}`),
];

function clientOf(
  name: string,
  isMachine: boolean,
  { apps }: DesiredOrg,
  state: Pick<OrgState, 'apps'>,
): Client {
  const label = appLabel(name);
  const app = state.apps.find((candidate) =>
    label === undefined ? candidate.clientId === name : candidate.label === label,
  );
  const wanted = apps.find((candidate) => candidate.label === (label ?? app?.label));
  return {
    id: app?.clientId ?? name,
    shown: app?.label ?? label ?? name,
    ...(app ? { app } : {}),
    ...(wanted ? { wanted } : {}),
    ...grantsOf(app, isMachine, wanted),
  };
}

function grantsOf(
  app: AppState | undefined,
  isMachine: boolean,
  wanted: DesiredApp | undefined,
): Pick<Client, 'grants' | 'needed'> {
  if (wanted) return { grants: policyGrants(wanted), needed: neededGrants(wanted) };
  const grants = ownGrants(app, isMachine);
  return { grants, needed: isMachine ? grants : grants.slice(0, 1) };
}

/** Grants of an app that the map does not describe: those of its own that its type can have. */
function ownGrants(app: AppState | undefined, isMachine: boolean): readonly string[] {
  const meant = [
    ...(shapeOf(app)?.grants ?? ['authorization_code']),
    ...(isMachine ? ['client_credentials'] : []),
  ].filter((grant) => grant !== 'refresh_token');
  const own = app?.grantTypes.filter((grant) => meant.includes(grant)) ?? [];
  if (own.length > 0) return own;
  return isMachine ? ['client_credentials'] : meant;
}

/** Whether the client itself may use the grant, as far as the org says. */
export const mayUse = ({ app, grants }: Client, grant: string): boolean =>
  app === undefined || app.grantTypes.length === 0
    ? grants.includes(grant)
    : app.grantTypes.includes(grant) && !(grant === 'authorization_code' && lacksCode(app));

/** A code comes by the response type `code` alone. */
export const lacksCode = ({ responseTypes }: AppState): boolean =>
  responseTypes.length > 0 && !responseTypes.includes('code');

/** Whether the client must authenticate by a key that Okta does not have. */
export function lacksKey({ authMethod, json }: AppState): boolean {
  const keys = valueAt(json, 'settings', 'oauthClient', 'jwks', 'keys');
  const active = Array.isArray(keys) && keys.some((key) => textAt(key, 'status') !== 'INACTIVE');
  const uri = textAt(json, 'settings', 'oauthClient', 'jwks_uri');
  return authMethod === 'private_key_jwt' && !active && uri === '';
}
