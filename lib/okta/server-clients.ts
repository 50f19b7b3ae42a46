/** The clients of a server's policies, as far as the org has them. */
import { code } from '../access-map/report/problems.ts';
import type { DesiredPolicy, DesiredServer } from './desired-org.ts';
import { finding, joined, type PlanPart } from './plan-part.ts';
import type { OrgState, ServerState } from './state.ts';
import { error, type VerifyFinding } from './verify-finding.ts';

/** Machines of a map with several okta blocks are clients of one org each. */
export const policiesOfOrg = (
  { policies }: DesiredServer,
  { clientIds }: OrgState,
): readonly DesiredPolicy[] =>
  policies.map((policy) => {
    const { clients, elsewhere } = policy;
    if (clients === 'any') return policy;
    return {
      ...policy,
      clients: clients.filter(
        (client) => !elsewhere.includes(client) || clientIds.includes(client),
      ),
    };
  });

/** Clients that the maps name and the org does not have. */
export function unknownClients(
  { policies }: Pick<DesiredServer, 'policies'>,
  { clientIds }: Pick<OrgState, 'clientIds'>,
): readonly string[] {
  const named = new Set(
    policies.flatMap(({ clients, machines, elsewhere }) =>
      (clients === 'any' ? machines : clients).filter((client) => !elsewhere.includes(client)),
    ),
  );
  return [...named].filter((client) => !client.startsWith('app:') && !clientIds.includes(client));
}

export const unknownClientFindings = (wanted: DesiredServer, state: OrgState): PlanPart =>
  joined(
    ...unknownClients(
      { policies: wanted.policies.filter(({ clients }) => clients !== 'any') },
      state,
    ).map((client) => {
      const text = `client ${code(client)} is not an app in the org, and Okta refuses a policy that names it: remove it from the map, or write \`app:LABEL\` for one of \`okta.manage.apps\``;
      return finding('blocks', 'CLIENT_UNKNOWN', text);
    }),
  );

const STANDARD_SCOPES = [
  'openid',
  'profile',
  'email',
  'address',
  'phone',
  'offline_access',
  'device_sso',
];

/**
 * Source: Okta, "Implement authorization by grant type": a client credentials request names a
 * custom scope or gets a default one.
 */
export function machineFaults(
  { machines, scopes, name }: DesiredServer,
  existing: ServerState | undefined,
): readonly VerifyFinding[] {
  const hasScope =
    scopes.length > 0 ||
    existing?.scopes.some((scope) => !STANDARD_SCOPES.includes(scope.name)) === true;
  if (!machines || hasScope) return [];
  const text = `server ${code(name)} has no scope of its own, and client credentials get no token without one: set \`scopes: true\`, which makes one for each permission`;
  return [error('SERVER_WITHOUT_SCOPE', text)];
}
