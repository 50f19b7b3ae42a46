/**
 * What `npm start` prints: where things run, what to try, and one line for each decision. Never a
 * token.
 */
import type { AccessMap } from '../lib/access-map/index.ts';
import type { CallRecord } from './gateway/http-api.ts';
import { type LocalStack, routesOf } from './stack.ts';
import { LOCAL_REGION } from './template.ts';
import type { LocalUser } from './users.ts';

/** The lines for people who just started the stack. */
export function describeStack(stack: LocalStack): readonly string[] {
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
    '',
    'Ctrl-C stops everything; each decision is one line:',
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
  const functionArn = routesOf(api).find(({ authorizer }) => authorizer !== undefined)?.authorizer
    ?.functionArn;
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

interface Example {
  readonly login: string;
  readonly calls: readonly {
    readonly says: string;
    readonly method: string;
    readonly path: string;
  }[];
}

/** The first user with a single group, a route that the group opens, and one that it does not. */
function exampleCalls(map: AccessMap, users: readonly LocalUser[]): Example {
  const { groups, routes } = map.model;
  const named = (name: string | undefined) => groups.find((group) => group.name === name);
  const user =
    users.find(({ groups: own }) => own.length === 1 && /[^0]/.test(named(own[0])?.allow ?? '')) ??
    users[0];
  const group = named(user?.groups[0]);
  const isAllowed = (index: number): boolean =>
    hasRoute(group?.allow, index) && !hasRoute(group?.deny, index);
  const isOther = (index: number): boolean =>
    hasRoute(map.model.public, index) || hasRoute(map.model.signedIn, index);
  const keys = routes.map((route) => route.key);
  const allowed = keys.find((_key, index) => isAllowed(index) && !isOther(index));
  const refused = keys.find(
    (key, index) => !isAllowed(index) && !isOther(index) && !key.startsWith('OPTIONS '),
  );
  return {
    login: user?.login ?? 'nobody@example.com',
    calls: [
      ...(allowed === undefined ? [] : [{ says: 'allowed', ...callOf(allowed) }]),
      ...(refused === undefined ? [] : [{ says: 'refused', ...callOf(refused) }]),
    ],
  };
}

/**
 * A row of the model: words of eight hexadecimal digits, route n at bit `n % 32` of word `n / 32`.
 */
function hasRoute(row: string | undefined, index: number): boolean {
  const start = (index >>> 5) * 8;
  const word = Number.parseInt(row?.slice(start, start + 8) || '0', 16);
  return ((word >>> (index & 31)) & 1) === 1;
}

function callOf(routeKey: string): { readonly method: string; readonly path: string } {
  const [method = 'GET', template = '/'] = routeKey.split(' ');
  return { method, path: template.replaceAll(/\{[^}]+\}/g, '1') };
}

export interface DecisionPrinter {
  readonly onCall: (record: CallRecord) => void;
  readonly onLine: (line: string) => void;
}

interface LoggedDecision {
  readonly record: 'decision';
  readonly effect: string;
  readonly code?: string;
  readonly wouldDeny?: boolean;
  readonly rule?: { readonly path: string; readonly at?: string };
  readonly principal?: { readonly kind: string; readonly id: string };
  readonly requestId?: string;
}

/**
 * Prints a line for each call, e.g. `403 GROUP_NOT_ALLOWED reader POST /orders`: the status from
 * the gateway, the code and caller from what the function logged for the same request, which is
 * always told before the call is answered.
 */
export function createDecisionPrinter(
  print: (line: string) => void,
  userOf: (uid: string) => string | undefined,
): DecisionPrinter {
  const decisions = new Map<string, LoggedDecision>();
  return {
    onCall: (record) => {
      print(callLine(record, decisions.get(record.requestId), userOf));
      decisions.delete(record.requestId);
    },
    onLine: (line) => {
      const decision = readDecision(line);
      if (decision?.requestId !== undefined) decisions.set(decision.requestId, decision);
      else if (!isRefusalByThrow(line) && !isMetric(line)) print(`    function: ${line}`);
    },
  };
}

function callLine(
  record: CallRecord,
  decision: LoggedDecision | undefined,
  userOf: (uid: string) => string | undefined,
): string {
  const { status, method, path, authorization } = record;
  const caller = nameOf(decision, userOf);
  const quoted = JSON.stringify(`${method} ${path}`).slice(1, -1);
  if (decision !== undefined) {
    const { code = 'ALLOWED', wouldDeny, rule } = decision;
    const shadow = wouldDeny === true ? ['(shadow: passed)'] : [];
    return [
      status,
      code,
      ...shadow,
      ...caller,
      quoted,
      ...(rule === undefined ? [] : [`by ${ruleText(rule)}`]),
    ].join(' ');
  }
  const why =
    authorization === undefined
      ? ''
      : ` (${authorization}${record.error === undefined ? '' : `: ${record.error}`})`;
  return `${status} ${quoted}${authorization === 'identity source missing' ? ' (no Authorization header)' : why}`;
}

const ruleText = ({ path, at }: NonNullable<LoggedDecision['rule']>): string =>
  at === undefined ? path : `${path} (${at})`;

function nameOf(
  decision: LoggedDecision | undefined,
  userOf: (uid: string) => string | undefined,
): readonly string[] {
  const { principal } = decision ?? {};
  if (principal === undefined) return [];
  return [
    principal.kind === 'user'
      ? (userOf(principal.id) ?? principal.id).replace(/@example\.com$/, '')
      : principal.id,
  ];
}

function readDecision(line: string): LoggedDecision | undefined {
  const json = parseJson(line);
  return json !== undefined && json['record'] === 'decision'
    ? (json as unknown as LoggedDecision)
    : undefined;
}

/** A thrown `Unauthorized` is how 401 is asked for, and the decision's own line has said why. */
function isRefusalByThrow(line: string): boolean {
  const message = parseJson(line)?.['errorMessage'];
  return message === 'Unauthorized';
}

/** Metrics are for CloudWatch; the files have those of the decisions. */
const isMetric = (line: string): boolean => parseJson(line)?.['_aws'] !== undefined;

function parseJson(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}
