/** The clients of a map's policy as the org has them, and what each may do. */
import { appLabel } from '../access-map/index.ts';
import { policyGrants } from './desired.ts';
import type { DesiredApp, DesiredOrg, DesiredPolicy } from './desired-org.ts';
import { ANY_CLIENT } from './minting.ts';
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
}

export function clientsOf(
  { clients, grantTypes }: DesiredPolicy,
  desired: DesiredOrg,
  state: Pick<OrgState, 'apps'>,
): readonly Client[] {
  if (clients === 'any') return [{ id: ANY_CLIENT, shown: 'any client', grants: grantTypes }];
  return clients.map((name) => clientOf(name, desired, state));
}

function clientOf(name: string, { apps }: DesiredOrg, state: Pick<OrgState, 'apps'>): Client {
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
    grants: wanted ? policyGrants(wanted) : grantsOf(app),
  };
}

/** Grants with a user that nobody calls loose, and machines. */
const SOUND_GRANTS = [
  'authorization_code',
  'client_credentials',
  'interaction_code',
  'urn:ietf:params:oauth:grant-type:device_code',
];

/** Of an app that the map does not describe: its own, as far as they are sound. */
const grantsOf = (app: AppState | undefined): readonly string[] => {
  const own = app?.grantTypes.filter((grant) => SOUND_GRANTS.includes(grant)) ?? [];
  return own.length === 0 ? ['authorization_code'] : own;
};

/** Whether the client itself may use the grant, as far as the org says. */
export const mayUse = ({ app, grants }: Client, grant: string): boolean =>
  app === undefined || app.grantTypes.length === 0
    ? grants.includes(grant)
    : app.grantTypes.includes(grant);
