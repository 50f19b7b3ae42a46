/**
 * Compares one server with the maps: itself, its claims, its policies, and the tokens that it
 * gives.
 */
import { code } from '../access-map/report/problems.ts';
import type { Client } from './clients.ts';
import type { DesiredPolicy, DesiredServer } from './desired-org.ts';
import { usableRules } from './evaluate-rules.ts';
import {
  contextsOf,
  type EvaluatedServer,
  evaluateSettings,
  evaluateTokens,
} from './evaluate-server.ts';
import { activeRules } from './minting.ts';
import { ownersIn } from './ownership.ts';
import { policyName, rulesBefore, shadowing } from './policy-order.ts';
import { machineFaults, unknownClients } from './server-clients.ts';
import { identityFaults } from './server-faults.ts';
import type { PolicyState, RuleState, ServerState } from './state.ts';
import { verifyClaims } from './verify-claims.ts';
import { error, type VerifyFinding, warning } from './verify-finding.ts';

/** All that is wrong with a server, by what its tokens would do. */
export function evaluateWhole(evaluated: EvaluatedServer): readonly VerifyFinding[] {
  const { server, wanted, state } = evaluated;
  return [
    ...verifyServer(server, wanted),
    ...machineFaults(wanted, server),
    ...missingScopes(server, wanted),
    ...unknownClients(wanted, state).map(unknownClient),
    ...verifyClaims(evaluated),
    ...contextsOf(evaluated).flatMap(({ wanted: policy, clients, own }) => [
      ...(own ? verifyPolicy(own, policy, server) : missingPolicy(server, policy)),
      ...verifyLifetimes(server, policy, clients),
    ]),
    ...evaluateTokens(evaluated),
    ...evaluateSettings(evaluated),
  ];
}

/** Whether tokens are given, what they carry, and how long they live. */
export const evaluateGiven = (evaluated: EvaluatedServer): readonly VerifyFinding[] => [
  ...verifyClaims(evaluated),
  ...contextsOf(evaluated).flatMap(({ wanted, clients }) =>
    verifyLifetimes(evaluated.server, wanted, clients),
  ),
  ...evaluateTokens(evaluated),
];

const missingScopes = (
  { name, scopes: existing }: ServerState,
  { scopes }: DesiredServer,
): readonly VerifyFinding[] =>
  scopes
    .filter((scope) => existing.every((each) => each.name !== scope.name))
    .map((scope) =>
      error(
        'SCOPE_ABSENT',
        `server ${code(name)} lacks the scope ${code(scope.name)}, and a request for it gets no token: apply the map`,
      ),
    );

const unknownClient = (client: string): VerifyFinding =>
  error(
    'CLIENT_UNKNOWN',
    `client ${code(client)} is not an app in the org; remove it from the map`,
  );

function verifyServer(server: ServerState, wanted: DesiredServer): readonly VerifyFinding[] {
  return [
    ...identityFaults(server, wanted),
    ...(wanted.issuers.length === 0
      ? [
          warning(
            'MAP_WITHOUT_ISSUER',
            `the map has no \`okta.issuer\`: it is ${code(server.issuer)}`,
          ),
        ]
      : []),
  ];
}

/**
 * On a server of ours the map has a policy; elsewhere the tokens are evaluated, whichever policy
 * issues them.
 */
const missingPolicy = (
  { name, description }: ServerState,
  { map }: DesiredPolicy,
): readonly VerifyFinding[] =>
  ownersIn(description)?.includes(map)
    ? [
        error(
          'POLICY_ABSENT',
          `server ${code(name)} has no access policy of the map ${code(map)}: apply the map`,
        ),
      ]
    : [];

function verifyPolicy(
  own: PolicyState,
  wanted: DesiredPolicy,
  { policies }: ServerState,
): readonly VerifyFinding[] {
  const name = policyName(wanted.map);
  const rule = own.rules.find((candidate) => candidate.name === name);
  return [
    ...(own.status === 'ACTIVE'
      ? []
      : [
          error(
            'POLICY_INACTIVE',
            `policy ${code(own.name)} is not active: its clients get no token`,
          ),
        ]),
    ...shadowing(own, own.clients, policies, wanted).map((other) =>
      error(
        'POLICY_PRECEDED',
        `policy ${code(other.name)} has a higher priority than ${code(own.name)} and decides for its clients`,
      ),
    ),
    ...(activeRules(own).length === 0
      ? [
          error(
            'POLICY_WITHOUT_RULE',
            `policy ${code(own.name)} has no active rule: its clients get no token`,
          ),
        ]
      : []),
    ...(rule ? rulesBefore(own, rule) : []).map((other) =>
      error(
        'RULE_PRECEDED',
        `rule ${code(other.name)} has a higher priority than ours in the policy ${code(own.name)} and decides first`,
      ),
    ),
  ];
}

/** Verifies the lifetimes of every rule that gives tokens to the clients. */
function verifyLifetimes(
  server: ServerState,
  wanted: DesiredPolicy,
  clients: readonly Client[],
): readonly VerifyFinding[] {
  return [...usableRules(server, clients)].flatMap((rule) => lifetimeFinding(rule, wanted));
}

function lifetimeFinding(
  { name, lifetimeMinutes: minutes }: RuleState,
  { maxLifetimeSeconds: bound, lifetimeMinutes, lifetimeNamed }: DesiredPolicy,
): readonly VerifyFinding[] {
  if (minutes * 60 > bound)
    return [
      error(
        'RULE_LIFETIME_REFUSED',
        `rule ${code(name)} issues tokens of ${minutes} minutes, the authorizer refuses those over ${bound} s (\`okta.maxTokenLifetime\`)`,
      ),
    ];
  if (minutes <= lifetimeMinutes) return [];
  const longer = `rule ${code(name)} issues tokens of ${minutes} minutes, longer than the ${lifetimeMinutes} that`;
  return [
    lifetimeNamed
      ? error(
          'RULE_LIFETIME_OVER_MAP',
          `${longer} the map names: apply the map, or shorten it in Okta`,
        )
      : error(
          'RULE_LIFETIME_OVER_DEFAULT',
          `${longer} a new rule gets: shorten it in Okta, or name \`okta.manage.tokenLifetime\` if that is meant`,
        ),
  ];
}
