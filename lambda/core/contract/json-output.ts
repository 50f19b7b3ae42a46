/**
 * Fields of what commands print with `--json`. Scripts rely on them: a field is added, never
 * renamed or taken away. Nothing that runs in Lambda imports this.
 *
 * A path leads to a value: `[]` is each item of a list, `*` any name, and `**` what has the form of
 * somebody else, such as the body of a request to Okta.
 */

const below = <At extends string, Field extends string>(
  at: At,
  fields: readonly Field[],
): readonly `${At}.${Field}`[] => fields.map((field) => `${at}.${field}` as const);

const PLACE = ['source', 'path', 'line', 'column'] as const;

/** Fields of every command; `output` is a text that is not an object, such as help. */
export const EVERY_JSON_FIELD = [
  ...['ok', 'exit', 'output'],
  ...below('problems[]', ['severity', 'message', 'code', 'expected', 'found', 'nearest']),
  ...below('problems[]', [...PLACE, 'level', 'text', 'field']),
] as const;

const MAP = ['map.source', 'map.version'] as const;
const CELL = ['rule', 'mode', 'gateway'] as const;
const RULE = [
  ...['effect', 'subject', 'kind', 'pattern', 'permission'],
  ...[...PLACE, 'permissionLine', 'permissionColumn'],
] as const;
const CALLERS = ['calls', 'callers', 'names[]', 'first', 'last'] as const;
const REPORTED_PATHS = [...CALLERS, 'route', 'by[]', 'routes[]'] as const;
const AT_LIMIT = ['quota', 'by', 'payer', 'atLimit', 'exceeded'] as const;

/** What was read of the audit log. */
const TRAIL = [
  ...below('trail', ['decisions', 'accesses', 'others', 'older', 'bad', 'badPlaces[]']),
  ...below('trail', ['from', 'to', 'emptyDays', 'sampled', 'mapVersions[]']),
  'notes[]',
] as const;

const MAP_FACTS = [
  ...['source', 'ok', 'name', 'version', 'kind', 'groups', 'machines', 'permissions', 'quotas'],
  ...['responseBoundBytes', 'attached', 'throttled', 'shadow'],
  ...below('routes', ['total', 'public', 'signedIn', 'gateway']),
  ...below('cache', ['mode', 'ttlSeconds', 'reasons[]', 'responseBoundBytes']),
  ...below('cache', ['conflicts[].open', 'conflicts[].closed']),
  ...below('cache.otherwise', ['mode', 'responseBoundBytes']),
  ...below('staleness', ['groupsSeconds', 'keysSeconds', 'keysDuringOutageSeconds']),
  ...below('staleness', ['mapSeconds', 'cacheSeconds']),
  ...below('staleness.revocations[]', ['org', 'sentence']),
  ...below('metrics', ['total', 'fixed', 'steady', 'byCode']),
  ...below('metrics', ['routes[]', 'groups[]', 'routesWithout[]', 'groupsWithout[]']),
  ...below('costs', ['alarms', 'dollars', 'mostDollars', 'packagedDollars']),
  ...below('audit', ['allows', 'retentionDays', 'hashPrincipal', 'complete']),
  ...below('problems[]', ['severity', 'message', 'code', ...PLACE]),
  ...below('problems[]', ['expected', 'found', 'nearest']),
] as const;

const REMOVAL = [
  ...['action', 'kind', 'name', 'settle', 'request.method', 'request.merge', 'request.body.**'],
  ...['request.path[]', 'request.path[].$ref'],
  ...below('changes[]', ['what', 'from.**', 'to.**']),
] as const;
const STEP = [...REMOVAL, 'gives', 'replaces'] as const;

const SERIES = ['name', 'total', 'counts[]'] as const;
const WINDOW = ['start', 'end', 'used'] as const;

/**
 * By command; those of a form of a command that prints others are with it. `login` and `types`
 * print what they are run for, whatever is asked, and problems alone where they fail.
 */
export const JSON_FIELDS = {
  completion: [],
  init: [],
  check: below('maps[]', MAP_FACTS),
  explain: [
    ...['effect', 'code', 'reason', 'route', 'asked', 'sentence', 'source', 'mapVersion'],
    ...['rulesEffect', ...below('cell', CELL)],
    ...[...below('rules[]', RULE), ...below('overridden[]', RULE)],
    ...below('payers[]', ['quota', 'payer', 'windows[].limit', 'windows[].per', 'strict']),
    ...['freeThrough', 'groups[]', 'nearestGroup', 'furtherRoutes[]', 'nearestRoute'],
    ...below('unknownGroups[]', ['name', 'nearest']),
    ...below('unknownMachine', ['name', 'nearest']),
    ...['scopes.mode', 'scopes.opening[]'],
    ...below('who', ['public', 'signedIn', 'everyone', 'groups[]', 'machines[]']),
    ...below('who', ['deniedGroups[]', 'deniedMachines[]', 'conflicts[][]']),
    // Without `--route`.
    ...['caller[]', 'unknown[]', 'notes[]', 'routes[].route', ...below('routes[].cell', CELL)],
  ],
  matrix: [
    ...['name', 'version', 'subjects[].kind', 'subjects[].name'],
    ...['routes[].key', 'routes[].conflicts[]'],
    ...[...below('routes[].noGroup', CELL), ...below('routes[].cells[]', CELL)],
    ...below('conflicts[]', ['groups[]', 'names[]', 'routes[]']),
  ],
  diff: [
    ...['old.source', 'old.version', 'new.source', 'new.version', 'widened', 'narrowed'],
    ...below('changes[]', ['kind', 'subject', 'route', 'from', 'to', 'widened']),
  ],
  test: [
    ...['tests', 'failed'],
    ...below('failures[]', ['code', 'caller', 'route', 'expected', 'found', 'why']),
    ...[...below('failures[].place', PLACE), ...below('failures[].cell', CELL)],
  ],
  token: [
    'signature',
    ...below('refusals[]', ['code', 'reason', 'says', 'detail', 'fix', 'okta']),
    ...below('caller', ['kind', 'uid', 'cid', 'block', 'scopes[]', 'expiresAt', 'groups[]']),
    ...below('caller', ['unmapped[].name', 'unmapped[].nearest', 'routes[]']),
    ...below('caller.shadow[]', ['route', ...CELL]),
  ],
  package: ['format', 'folder', 'files[]', 'mapVersion', 'codeSha256'],
  smoke: below('findings[]', ['probe', 'result', 'says']),
  coverage: [
    ...['api.kind', 'api.id', 'api.name', 'missing[]'],
    ...below('routes[]', ['route', 'state', 'detail', 'acceptedBy', 'servedBy', 'stage', 'mend']),
  ],
  /** With `-o`; `output` is then the file that is written. */
  inject: [
    ...['missing[]', ...below('routes[]', ['route', 'state', 'detail', 'servedBy'])],
    ...below('left[]', ['route', 'code', 'detail']),
  ],
  usage: [
    ...['table', 'at', 'quotas[].quota', 'quotas[].by', 'quotas[].accuracy'],
    ...['quotas[].payers[].payer'],
    ...below('quotas[].payers[].windows[]', ['per', 'limit', 'someRoutes']),
    ...below('quotas[].payers[].windows[].current', WINDOW),
    ...below('quotas[].payers[].windows[].recent[]', WINDOW),
    // With `--trend`.
    ...['step', 'starts[]', 'callers', 'routesFrom', ...TRAIL],
    ...[...below('outcomes[]', SERIES), ...below('routes[]', SERIES)],
    ...[...below('groups[]', SERIES), ...below('codes[]', SERIES), ...below('statuses[]', SERIES)],
    ...below('atLimit[]', AT_LIMIT),
  ],
  unused: [
    ...[...MAP, ...TRAIL, 'complete', 'incomplete[]', 'notSeenRoutes[]'],
    ...below('findings[]', ['kind', 'name', 'grant', 'at']),
    ...below('oneGroup[]', ['route', 'gateway', 'group', 'others[]', 'at']),
    ...[...below('atLimit[]', [...AT_LIMIT, 'at']), ...below('reportedPaths[]', REPORTED_PATHS)],
  ],
  promote: [
    ...[...MAP, ...TRAIL, 'calls', 'refused', 'settled'],
    ...below('routes[]', ['route', 'calls', 'refused']),
    ...below('rows[]', ['route', 'code', 'reason', 'kind', 'block', 'groups[]', 'machine']),
    ...below('rows[]', ['unmappedGroups', ...CALLERS]),
    ...below('changes[]', ['route', 'code', 'calls', 'at', 'gaining', 'yaml']),
    ...below('changes[].edits[]', ['path[]', 'add[]', 'remove[]']),
    ...['changes[].opens[].subject', 'changes[].opens[].route', 'opens[].subject', 'opens[].route'],
    ...below('quotas[]', ['quota', 'window', 'per', 'limit', 'needed', 'payer', 'windowStart']),
    ...['quotas[].at', 'quotas[].edits[].path[]', 'quotas[].edits[].set'],
    ...below('advice[]', ['route', 'code', 'calls', 'says']),
    ...['paths.routes[]', 'paths.change', ...below('paths.reported[]', REPORTED_PATHS)],
  ],
  replay: [
    ...[...MAP, ...TRAIL, 'calls', 'opened', 'closed', 'staying'],
    ...below('changed[]', ['from', 'to', 'route', 'kind', 'groups[]', 'scopes[]', 'machine']),
    ...below('changed[]', ['was', 'becomes', 'rules[]', ...CALLERS]),
    ...below('unknown', ['hashed', 'scopes', 'block', 'groups', 'prior', 'path']),
    ...['withUnmappedGroups', 'groupsNotSeen[]', 'quotasReplayed', 'quotaWindowsCut'],
    ...['formerlyPublic', 'reservations[]', ...below('reportedPaths[]', REPORTED_PATHS)],
  ],
  revoke: [
    ...['org', 'alive', 'revoked', 'issuedUpTo', 'undone', 'reasons'],
    ...below('entries[]', ['subject', 'issuedUpTo', 'reason', 'writtenAt', 'by', 'why']),
  ],
  'okta plan': [
    ...['org', 'maps[]', 'ids.*', 'foreign[]', 'unlisted[].map', 'unlisted[].claims[]'],
    ...[...below('steps[]', STEP), ...below('dropped[]', REMOVAL)],
    ...[
      ...below('findings[]', ['level', 'code', 'text']),
      ...below('left[]', ['kind', 'name', 'why']),
    ],
  ],
  'okta apply': [
    ...['org', 'maps[]', 'changes', 'clients[].label', 'clients[].clientId', 'files[]'],
    ...below('servers[]', ['name', 'issuer', 'audience', 'scopes[]']),
  ],
  'okta verify': [
    ...['org', ...below('findings[]', ['level', 'code', 'text', 'field'])],
    ...below('as', ['login', 'uid', 'status', 'tokens']),
    ...below('as.computed[]', ['map', 'groups[]', 'unjudged[]', 'routes[]']),
    ...below('as.computed[].unjudgedClaims[]', ['claim', 'value', 'code']),
    ...below('as.computed[].shadow[]', ['route', ...CELL]),
    ...below('as.computed[].clients[]', ['client', 'code', 'why', 'unjudged[]']),
    ...below('as.computed[].clients[].unjudgedFindings[]', ['code', 'text', 'field']),
    ...below('as.computed[].clients[].tokens[]', ['grant', 'policy', 'rule', 'minutes']),
    ...['as.computed[].clients[].tokens[].scopes[]'],
  ],
  'okta rotate-hook-secret': [],
  'okta export': ['org', 'maps[]', 'terraform'],
} as const satisfies Readonly<Record<string, readonly string[]>>;
