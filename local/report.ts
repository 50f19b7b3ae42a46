/** What `npm start` prints first: where things run and what to try. Never a token. */
import type { AccessMap } from '../lib/access-map/index.ts';
import { authorizerArnOf } from './apis.ts';
import { LOCAL_REGION } from './cloud-assembly.ts';
import { exampleCalls } from './example-calls.ts';
import { exampleLines, mapArgument } from './example-lines.ts';
import type { PersistedState } from './persisted-state.ts';
import type { LocalStack } from './stack.ts';
import type { LocalUser } from './users.ts';

interface RunFacts {
  readonly state?: PersistedState | undefined;
  /** An issuer that exists, instead of the local one. */
  readonly issuerUrl?: string | undefined;
}

const issuerOf = ({ issuer }: LocalStack, given: string | undefined) => ({
  issuer: issuer?.issuer ?? given ?? '',
  isLocal: issuer !== undefined,
});

/** The lines for people who just started the stack. */
export function describeStack(
  stack: LocalStack,
  { state, issuerUrl }: RunFacts = {},
): readonly string[] {
  const { gateway, issuer, map, users } = stack;
  const example = exampleCalls(map, users);
  return [
    '',
    `${map.name} runs without AWS, decided by ${map.source}:`,
    `  gateway    ${gateway.url}`,
    ...(issuer === undefined ? [] : [`  issuer     ${issuer.issuer}`]),
    ...(stack.console === undefined
      ? []
      : [`  console    ${stack.console.url} (sign in, see, try)`]),
    `  back end   ${stack.echo.url} (answers what arrived)`,
    `  DynamoDB   ${stack.dynamoDb.url}`,
    ...usageLines(stack),
    ...persistedLines(issuer === undefined ? 'counters' : 'signing keys and counters', state),
    ...stack.assembly.notes().map((note) => `  not here   ${note}`),
    ...codeNote(map),
    '',
    ...(issuer === undefined
      ? []
      : ['users (any password is right):', ...listUsers(map, users), '']),
    'try:',
    ...exampleLines({ map, example, gateway: gateway.url, ...issuerOf(stack, issuerUrl) }),
    '',
    'Ctrl-C stops everything; each decision is one line:',
  ];
}

/** What a restart costs. */
const persistedLines = (what: string, state: PersistedState | undefined): readonly string[] => [
  state === undefined
    ? '  kept       nothing: a port is not chosen, so that the next run has another address'
    : `  kept       ${what}, for the next run; \`npm start -- --fresh\` starts without it`,
];

/** When a 403 of a REST API has no code in its body, which people will look for. */
export function codeNote({ kind, cache }: Pick<AccessMap, 'kind' | 'cache'>): readonly string[] {
  if (kind !== 'rest' || cache.mode !== 'token') return [];
  return [
    '  note       a 403 has code `-` where one answer is kept for all routes of a token; `api.cache: off` gives each its code',
  ];
}

/**
 * How the product's own commands find the local table: the environment of an AWS client, and the
 * table's name.
 */
function usageLines({ api, assembly, dynamoDb, map }: LocalStack): readonly string[] {
  const functionArn = authorizerArnOf(api);
  const table =
    functionArn === undefined
      ? undefined
      : assembly.functionByArn(functionArn).environment['QUOTA_TABLE'];
  if (table === undefined) return [];
  const environment = `AWS_ENDPOINT_URL_DYNAMODB=${dynamoDb.url} AWS_REGION=${LOCAL_REGION} AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local`;
  return [
    '  usage',
    `    ${environment} \\`,
    `      npx okta-group-authorizer usage --table ${table}${mapArgument(map)}`,
  ];
}

/** Those who can show something: a user whose groups the map does not know is one like `nobody`. */
function listUsers(map: AccessMap, users: readonly LocalUser[]): readonly string[] {
  const known = new Set(map.model.groups.map((group) => group.name));
  return users
    .filter(({ groups }) => groups.length === 0 || groups.some((group) => known.has(group)))
    .map(
      ({ login, groups }) => `  ${login}: ${groups.length > 0 ? groups.join(', ') : 'no groups'}`,
    );
}
