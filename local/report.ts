/** What `npm start` prints first: where things run and what to try. Never a token. */
import type { AccessMap } from '../lib/access-map/index.ts';
import { authorizerArnOf } from './apis.ts';
import { exampleCalls } from './example-calls.ts';
import type { LocalStack } from './stack.ts';
import { LOCAL_REGION } from './template.ts';
import type { LocalUser } from './users.ts';

/** The lines for people who just started the stack. */
export function describeStack(stack: LocalStack, state?: string): readonly string[] {
  const { gateway, issuer, map, users } = stack;
  const example = exampleCalls(map, users);
  const client = clientOf(map);
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
    ...keptLines(issuer === undefined ? 'counters' : 'signing keys and counters', state),
    ...stack.assembly.notes().map((note) => `  not here   ${note}`),
    ...codeNote(map),
    '',
    ...(issuer === undefined
      ? []
      : ['users (any password is right):', ...listUsers(map, users), '']),
    'try:',
    ...(issuer === undefined
      ? ['  TOKEN=...   # an access token of the issuer you named']
      : [
          `  TOKEN=$(curl -s ${issuer.issuer}/v1/token -d grant_type=password -d username=${example.login} -d password=x \\`,
          `    -d scope=openid -d client_id=${client} | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')`,
        ]),
    ...example.calls.map(
      ({ says, method, path }) => `  ${curl(gateway.url, method, path)}   # ${says}`,
    ),
    ...commandLines(stack, example),
    '',
    'Ctrl-C stops everything; each decision is one line:',
  ];
}

/** What a restart costs. */
const keptLines = (what: string, state: string | undefined): readonly string[] => [
  state === undefined
    ? '  kept       nothing: a port is not chosen, so that the next run has another address'
    : `  kept       ${what}, for the next run; \`npm start -- --fresh\` begins anew`,
];

/** The commands that are used beside a run, ready to paste. */
function commandLines(
  { issuer, map }: LocalStack,
  { login, calls }: ReturnType<typeof exampleCalls>,
): readonly string[] {
  const of = map.source === 'access.yaml' ? '' : ` --map ${map.source}`;
  const refused = calls.find(({ says }) => says === 'refused');
  const command = 'npx okta-group-authorizer';
  const route = refused && `${refused.method} ${refused.template}`;
  return [
    ...(route === undefined
      ? []
      : [`  ${command} explain --route "${route}"${of}   # who may call it, and by which line`]),
    ...(issuer === undefined
      ? []
      : [
          `  echo "$TOKEN" | ${command} token - --issuer ${issuer.issuer}${of}   # what the token of ${login} opens`,
          `  ${command} login --issuer ${issuer.issuer}${of} --open   # a token by signing in`,
        ]),
  ];
}

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
  const named = map.source === 'access.yaml' ? '' : ` --map ${map.source}`;
  return [
    '  usage',
    `    ${environment} \\`,
    `      npx okta-group-authorizer usage --table ${table}${named}`,
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

function curl(url: string, method: string, path: string): string {
  return `curl -i${method === 'GET' ? '' : ` -X ${method}`} ${url}${path} -H "Authorization: Bearer $TOKEN"`;
}

function clientOf(map: AccessMap): string {
  const clients = map.model.okta[0]?.clients ?? 'any';
  return clients === 'any' ? '0oa1web' : (clients[0] ?? '0oa1web');
}
