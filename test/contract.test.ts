/**
 * The contract (lambda/core/contract) is the one home of what two sides of a wire agree on:
 * lambda, lib and bin take a name from there, tests and the other packages write it out.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, jest, test } from '@jest/globals';
import { APP_CONTEXT } from '../lambda/core/contract/app-context.ts';
import * as records from '../lambda/core/contract/attachment-record.ts';
import * as request from '../lambda/core/contract/attachment-request.ts';
import { ALLOW_REASONS, REFUSALS } from '../lambda/core/contract/codes.ts';
import {
  CONTEXT_FIELDS,
  IDENTITY_HEADERS,
  OPTIONAL_CONTEXT_FIELDS,
} from '../lambda/core/contract/context-fields.ts';
import * as resources from '../lambda/core/contract/custom-resources.ts';
import * as record from '../lambda/core/contract/decision-record.ts';
import * as environment from '../lambda/core/contract/environment.ts';
import { FAILURES } from '../lambda/core/contract/failures.ts';
import { FINDING, IS_FINDING } from '../lambda/core/contract/finding-record.ts';
import { deployedHubs, HUB_OUTPUT, hookSecretOf } from '../lambda/core/contract/hub.ts';
import { TOKEN_SOURCE } from '../lambda/core/contract/identity-source.ts';
import { EVERY_JSON_FIELD, JSON_FIELDS } from '../lambda/core/contract/json-output.ts';
import { LEGACY_WIRE_NAMES } from '../lambda/core/contract/legacy-wire-names.ts';
import * as metrics from '../lambda/core/contract/metric-names.ts';
import { OKTA_FINDINGS } from '../lambda/core/contract/okta-findings.ts';
import { OKTA_DOMAINS } from '../lambda/core/contract/okta-hosts.ts';
import {
  authorizerNameOf,
  isOwnAuthorizerName,
  stackNameOf,
} from '../lambda/core/contract/own-names.ts';
import { FIVE_MINUTES_MS, PERIOD_SECONDS } from '../lambda/core/contract/periods.ts';
import * as revocation from '../lambda/core/contract/revocation.ts';
import { DEPLOYED_OUTPUT, STACK_OUTPUT } from '../lambda/core/contract/stack-outputs.ts';
import { EXPIRY_ATTRIBUTE, TABLE_KEY } from '../lambda/core/contract/tables.ts';
import { contractImportsOf } from './support/contract-imports.ts';
import { sourceFiles } from './support/folder-graph.ts';
import * as attachment from './support/wire/attachment.ts';
import * as context from './support/wire/context.ts';
import * as operations from './support/wire/operations.ts';
import * as refusals from './support/wire/refusals.ts';
import * as revoked from './support/wire/revocation.ts';
import { type Literals, literalsIn, literalsOf } from './support/wire-names.ts';

/** Texts of exported tables of names and of exported names. */
const textsOf = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
};

/** Props and options of commands have these names too. */
const CONTEXT_NAMES = new Set<string>(Object.values(APP_CONTEXT));
/** Words that AWS, the map or plain English have too, so that a literal of them proves nothing. */
const SHARED_WORDS = new Set([
  ...['ApiId', 'AuthorizerId', 'FunctionName'],
  ...['requestId', 'routeKey', 'mapVersion', 'responseType'],
]);
const isDistinctive = (name: string): boolean =>
  /[a-z][A-Z]|[:_.+-]/.test(name) && !SHARED_WORDS.has(name) && !CONTEXT_NAMES.has(name);

/** What no text of ours is told by: a file, or an export of one. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  'codes.ts': 'the compiler checks them, as those of CHECKED',
  'context-fields.ts CONTEXT_FIELDS': 'the compiler checks them, as those of CHECKED',
  'context-fields.ts MISSING_VALUE': 'a hyphen',
  'context-fields.ts OPTIONAL_CONTEXT_FIELDS': 'the compiler checks them, as those of CHECKED',
  'context-fields.ts IDENTITY_FIELDS': 'some of the fields of the context',
  'decision-record.ts DECISION_MODES': 'the compiler checks them, as those of CHECKED',
  'decision-record.ts EFFECTS': 'words of the map and of IAM too, which the compiler checks',
  'decision-record.ts KEY_SOURCES': 'the compiler checks them, as those of CHECKED',
  'decision-record.ts PRINCIPAL_KINDS': 'the compiler checks them, as those of CHECKED',
  'failures.ts': 'its codes are in CHECKED; exit codes have no name',
  'identity-source.ts PAYLOAD_FORMAT': 'a number of many things: AUTHORIZER_SETTING knows it',
  'json-output.ts': 'compared with what commands print',
  'legacy-wire-names.ts': 'repeats names of other files, beside words for a reader',
  'okta-findings.ts': 'its codes are in CHECKED, their levels are words of the commands',
  'okta-hosts.ts OKTA_DOMAINS': 'examples in messages have them: HOST_TEXT knows them',
  'periods.ts PERIODS': 'words of the map, which the compiler checks',
  'quota-budget.ts QUOTA_BUDGET_EXPECTED': 'a sentence of messages',
  'revocation.ts SINGLE_SORT_KEY': 'a hyphen',
  'revocation.ts POLL_PERIOD': 'durations of the map',
  'revocation.ts REVOCATION_ATTRIBUTE': 'a letter or a short word, which stands for many things',
  'store-client.ts': 'the compiler checks them',
};
const FOLDER = 'lambda/core/contract';
/** Every file of the folder, so that a new one is not forgotten. */
const EXPORTS = readdirSync(FOLDER).flatMap((file) =>
  Object.entries(jest.requireActual<object>(`../${FOLDER}/${file}`)).map(([name, value]) => ({
    ...{ file, name, value: value as unknown },
  })),
);
const CONTRACT = new Set(
  EXPORTS.filter(
    ({ file, name }) => !(file in LEFT_OUT) && !(`${file} ${name}` in LEFT_OUT),
  ).flatMap(({ value }) => textsOf(value)),
);
/** Values that the compiler checks wherever lambda, lib and bin write them. */
const CHECKED = new Set(
  [
    ...[CONTEXT_FIELDS, OPTIONAL_CONTEXT_FIELDS, Object.keys(REFUSALS), ALLOW_REASONS],
    ...Object.values(REFUSALS).map(({ reasons }) => reasons),
    ...[record.DECISION_MODES, record.PRINCIPAL_KINDS, record.KEY_SOURCES],
    ...[Object.keys(OKTA_FINDINGS), Object.keys(FAILURES)],
  ].flatMap(textsOf),
);
/** No prop or option has the one of the contexts. */
const NAMES = new Set([...[...CONTRACT].filter(isDistinctive), APP_CONTEXT.forceUpdate]);
/** One of several texts, longest first. */
const oneOf = (texts: Iterable<string>): string =>
  [...texts]
    .toSorted((a, b) => b.length - a.length)
    .map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('|');
/** A name as a word of a text, such as a sentence of a message; after a dot it is of others. */
const NAME_IN_TEXT = new RegExp(`(?<![\\w.-])(?:${oneOf(NAMES)})(?![\\w-])`, 'g');
/** Attributes of all our tables; others of a name so short stand beside these. */
const ATTRIBUTES = new Set<string>([TABLE_KEY, revocation.REVOCATION_SORT_KEY, EXPIRY_ATTRIBUTE]);
/** How sort keys and subjects of a hub's table begin. */
const HUB_KEY = new RegExp(
  `^(?:${oneOf([
    ...[revocation.sortKeyFrom(0).slice(0, 2), revocation.HUB_SORT_KEYS_FROM],
    ...[revocation.userSubject(''), revocation.clientSubject(''), revocation.groupSubject('')],
    revocation.userClientSubject('', '').trim(),
  ])})`,
);
const FRAGMENTS = [
  ...[revocation.snapshotKey('', ''), revocation.eventKey('', '')],
  ...[revocation.pollKey(''), revocation.auditKey('')],
  ...[records.responseRecordKeyOf(''), records.unmappedKeyOf('')],
  'Custom::',
  record.IS_DECISION,
  IS_FINDING,
  record.PARSE_GROUPS,
  environment.MODEL_FILE_NAME,
  '2015-03-31',
  ':lambda:path',
  ...Object.values(TOKEN_SOURCE),
  ...Object.values(IDENTITY_HEADERS),
  ...[...CONTEXT_FIELDS, ...OPTIONAL_CONTEXT_FIELDS].map((field) => `context.authorizer.${field}`),
];
/**
 * Hosts of Okta and of this machine as a rule writes them, in a pattern; examples in messages are
 * no rule.
 */
const HOST_PATTERN = /okta(?:preview|-emea|-gov)?\\\.|\\\.okta|127(?:\\\.|\()/;
/**
 * A domain of Okta as a rule writes it in a text: with nothing before it but a dot or the suffix.
 */
const HOST_TEXT = new RegExp(`^(?:-admin)?\\.?(?:${oneOf(OKTA_DOMAINS)})$`);
/** Five minutes in seconds is left out: 300 is a number of many things. */
const LENGTHS = new Set([
  ...[PERIOD_SECONDS.hour, PERIOD_SECONDS.day].flatMap((seconds) => [seconds, seconds * 1_000]),
  FIVE_MINUTES_MS,
]);
/** Of the gateway, in a document: one that the contract does not list is none of its names. */
const isExtension = (text: string): boolean => text.startsWith('x-amazon-apigateway-');
/** Five minutes as a duration of the CDK and in a query. */
const FIVE_MINUTES = /Duration\.minutes\(5\)|\bbin\(5m\)/;

/**
 * What is set on our authorizer, as templates and documents spell it, with a value of their own.
 */
const AUTHORIZER_SETTING =
  /authorizerPayloadFormatVersion: '|enableSimpleResponses: (?:true|false)/;

/** A condition of a query on a code, which no compiler reads. */
const CODE_CONDITION = /\bcode (?:!?=|in|like) (?:["[]|$)/;

/** Names that an API, a template or an account has of us. */
const OWN_NAME = /^(?:okta-groups-|access-)$/;

/** Names of variables that a source reads off an environment, in brackets or taken apart. */
function variablesIn(source: string): readonly string[] {
  const inBrackets = [...source.matchAll(/\benv(?:ironment)?\[['"`](\w+)/g)];
  const takenApart = [...source.matchAll(/\{([^{}]*)\}\s*=\s*(?:\w+\.)?env\b/g)].flatMap(
    ([, members = '']) => [...members.matchAll(/(?:^|,)\s*(\w+)/g)],
  );
  return [...inBrackets, ...takenApart].map(([, name = '']) => name);
}

/** What AWS, Okta's tools, Node.js or a shell call so. */
const NAMED_BY_OTHERS =
  /^(?:AWS_\w+|OKTA_CLIENT_\w+|HTTPS?_PROXY|https?_proxy|NO_COLOR|TERM|SHELL|COMP_CWORD|DEBUG)$/;

/** A context of the app that is asked for by a text. */
const CONTEXT = /\btryGetContext\(\s*['"`]/;

/** Ids of constructs, names of outputs and of classes, spelt as a wire name is. */
const SAME_SPELLING: Readonly<Record<string, readonly string[]>> = {
  // Payers of a quota.
  'lambda/core/quota/bill.ts': ['group:', 'user:', 'client:'],
  'lambda/core/quota/charge.ts': ['group:'],
  'lib/attachment/attached-gateway-responses.ts': ['GatewayResponses'],
  'lib/attachment/drift-check.ts': ['UnprotectedRoutes'],
  'lib/authorizer/http-apis.ts': ['OktaGroupAuthorizer'],
  'lib/commands/package.ts': ['RevocationHub'],
  // A group of a plan for Okta.
  'lib/okta/references.ts': ['group:'],
  'lib/package/terraform-module.ts': ['OktaGroupAuthorizer'],
  'lib/protect/rest-coverage.ts': ['OktaGroupAuthorizer'],
  'lib/stack/access-stack.ts': ['OktaGroupAuthorizer', 'MapVersion'],
  'lib/watch/access-alarms.ts': ['KeysMissing'],
  // Of an alarm.
  'lib/watch/own-alarm.ts': ['okta-groups-'],
  'lib/watch/saved-queries.ts': ['WouldRefuse'],
};

const isRule = (text: string): boolean =>
  HUB_KEY.test(text) ||
  HOST_PATTERN.test(text) ||
  HOST_TEXT.test(text) ||
  OWN_NAME.test(text) ||
  CODE_CONDITION.test(text);

/** Each once. */
const wireNamesIn = ({ texts, keys, members, numbers }: Literals): readonly string[] => [
  ...new Set([
    ...texts.flatMap((text) => text.match(NAME_IN_TEXT) ?? []),
    ...[...keys, ...members].filter((name) => NAMES.has(name) || isExtension(name)),
    ...[...texts, ...keys, ...members].filter((name) => ATTRIBUTES.has(name)),
    ...texts.filter((text) => FRAGMENTS.some((fragment) => text.includes(fragment))),
    ...texts.filter((text) => isRule(text) || isExtension(text)),
    ...numbers.filter((number) => LENGTHS.has(number)).map(String),
  ]),
];

describe('a name on a wire', () => {
  const files = sourceFiles(['lambda', 'lib', 'bin']).filter(
    (file) => !file.startsWith('lambda/core/contract/'),
  );

  test('is written in the contract alone', () => {
    const found = files.map((file) => [file, wireNamesIn(literalsIn(file))] as const);
    const named = found.filter(([, names]) => names.length > 0);
    expect(Object.fromEntries(named)).toEqual(SAME_SPELLING);
  });

  test('may be left out with a reason where it is', () => {
    const there = EXPORTS.flatMap(({ file, name }) => [file, `${file} ${name}`]);
    expect(Object.keys(LEFT_OUT).filter((name) => !there.includes(name))).toEqual([]);
  });

  test('is a length of five minutes in the contract alone', () => {
    const written = files.filter((file) => FIVE_MINUTES.test(readFileSync(file, 'utf8')));
    expect(written).toEqual([]);
  });

  test('is a setting of our authorizer in the contract alone', () => {
    const written = files.filter((file) => AUTHORIZER_SETTING.test(readFileSync(file, 'utf8')));
    expect(written).toEqual([]);
  });

  test('is a variable of ours in the contract alone', () => {
    const written = files.flatMap((file) =>
      variablesIn(readFileSync(file, 'utf8'))
        .filter((name) => !NAMED_BY_OTHERS.test(name))
        .map((name) => [file, name]),
    );
    // The bundler puts a text in its place, which it finds by the name as it is written.
    expect(written).toEqual([['lambda/adapters/dynamo/load.ts', 'STORE_CLIENT']]);
  });

  test.each([
    ["process.env['SOME_NEW_NAME'];", ['SOME_NEW_NAME']],
    ["environment['SOME_NEW_NAME'] ?? '';", ['SOME_NEW_NAME']],
    ['const { SOME_NEW_NAME: table, OTHER_NAME } = process.env;', ['SOME_NEW_NAME', 'OTHER_NAME']],
    ['const { [VARIABLE.quotaTable]: table } = process.env;', []],
  ])('is read off the environment in %s', (source, names) => {
    expect(variablesIn(source)).toEqual(names);
  });

  test('is a context of the app in the contract alone', () => {
    const written = files.filter((file) => CONTEXT.test(readFileSync(file, 'utf8')));
    expect(written).toEqual([]);
  });

  test('is a code of a finding of Okta that lib/okta gives', () => {
    const given = new Set(sourceFiles(['lib/okta']).flatMap((file) => literalsIn(file).texts));
    expect(Object.keys(OKTA_FINDINGS).filter((code) => !given.has(code))).toEqual([]);
  });

  test('is a code of a failure that lib gives', () => {
    const given = new Set(sourceFiles(['lib']).flatMap((file) => literalsIn(file).texts));
    expect(Object.keys(FAILURES).filter((code) => !given.has(code))).toEqual([]);
  });

  test.each([
    ['metrics.put({ KeysMissing: 1 });', 'KeysMissing'],
    ["metric('KeyAgeSeconds', 'Maximum');", 'KeyAgeSeconds'],
    ["process.env['KEY_TABLE'];", 'KEY_TABLE'],
    ['const { QUOTA_TABLE: table } = process.env;', 'QUOTA_TABLE'],
    ["new CustomResource(this, 'A', { resourceType: 'Custom::Other' });", 'Custom::Other'],
    ["event.ResourceProperties['AuthorizerName'];", 'AuthorizerName'],
    ['const field = `$context.authorizer.uid and more`;', '$context.authorizer.uid and more'],
    ['const isLocal = /^127\\./;', '^127\\.'],
    ['const admin = /-admin(\\.okta\\.com)$/;', '-admin(\\.okta\\.com)$'],
    ["const { authorizerError } = JSON.parse(line)['authorizerError'];", 'authorizerError'],
    ['const stack = `access-${map.name}`;', 'access-'],
    [`const lines = [${JSON.stringify(record.PARSE_GROUPS)}];`, record.PARSE_GROUPS],
    ["const item = { pk: org, sk: '-' };", 'pk'],
    ["const item = { sk: '-' };", 'sk'],
    ['const item = { pk, expires };', 'expires'],
    ["names['#ttl'] = 'expires';", 'expires'],
    ['const { pk } = item;', 'pk'],
    ['const { pk: org } = item;', 'pk'],
    ['item.expires.N;', 'expires'],
    ["const beat = { key: '2#heartbeat' };", '2#heartbeat'],
    ['const first = `1#${written}`;', '1#'],
    ['const poll = `${org}#poll`;', '#poll'],
    ['const subject = `user:${uid}`;', 'user:'],
    ['const responses = `${api}/responses`;', '/responses'],
    ["outputs.find((id) => id.startsWith('RevocationHub'));", 'RevocationHub'],
    ["outputs.find((id) => id.startsWith('AccessMap'));", 'AccessMap'],
    ["headers['x-original-url'];", 'x-original-url'],
    ["const header = { typ: 'dpop+jwt' };", 'dpop+jwt'],
    ['const filter = `code = "TOKEN_REVOKED"`;', 'code = "TOKEN_REVOKED"'],
    ['const filter = `effect = "deny" and code in ${list}`;', 'effect = "deny" and code in '],
    ["const domains = ['.okta.mil'];", '.okta.mil'],
    ["const domain = 'okta-emea.com';", 'okta-emea.com'],
    ['const host = `${org}-admin.okta.com`;', '-admin.okta.com'],
    ['const { environment: e } = process; e.QUOTA_TABLE;', 'QUOTA_TABLE'],
    ['const { QUOTA_TABLE } = e;', 'QUOTA_TABLE'],
    ['const says = `Lines with KeyCopyFailures name ${fault}`;', 'KeyCopyFailures'],
    ["item['x-amazon-apigateway-integration'];", 'x-amazon-apigateway-integration'],
    ["const item = { 'x-amazon-apigateway-new': {} };", 'x-amazon-apigateway-new'],
    ["interface Item { 'x-amazon-apigateway-new': string }", 'x-amazon-apigateway-new'],
    ['const day = 86_400;', '86400'],
    ["const says = 'a new value of attachAgain';", 'attachAgain'],
    ['const day = 24 * 60 * 60;', '86400'],
    ['const hour = 1_000 * (60 * 60);', '3600'],
    ['const fiveMinutes = 5 * 60 * 1_000;', '300000'],
    ['const fiveMinutes = 300_000;', '300000'],
  ])('is noticed in %s', (source, name) => {
    expect(wireNamesIn(literalsOf(source))).toContain(name);
  });
});

/** A name that is imported follows a slip of the contract, and nothing notices. */
describe('who writes a name out imports none', () => {
  /** What may be imported, as no name of a wire. */
  const IMPORTED: Readonly<Record<string, string>> = {
    'codes.ts refuse': 'a code and its reason are written out in each call, and the compiler looks',
    'json-output.ts EVERY_JSON_FIELD': 'compared with what commands print',
    'json-output.ts JSON_FIELDS': 'compared with what commands print',
    'local-run.ts LOCAL_RUNS_FOLDER': 'how two programs of one machine meet, no stored form',
    'local-run.ts LOGIN_CALLBACK_PATH': 'how two programs of one machine meet, no stored form',
    'local-run.ts isLocalIssuer': 'a rule, tried beside those of loopback.ts',
    'loopback.ts isLoopbackAddress': 'a rule, tried at every place that asks it',
    'loopback.ts isLoopbackHost': 'a rule, tried at every place that asks it',
    'loopback.ts isLoopbackHttp': 'a rule',
    'loopback.ts isSafeOrigin': 'a rule, tried at every place that asks it',
    'loopback.ts isSafeUrl': 'a rule, tried at every place that asks it',
    'okta-hosts.ts isOktaHost': 'a rule',
    'revocation-bound.ts boundSentence': 'a sentence, which a page repeats',
    'stored-formats.ts LaterFormat': 'an error inside of one program',
  };
  const importers = sourceFiles(['test', 'local', 'client/src', 'middleware'])
    .filter((file) => !/^test\/(?:contract\.test\.ts$|lambda\/core\/contract\/)/.test(file))
    .map((file) => [file, contractImportsOf(readFileSync(file, 'utf8'))] as const);

  test('but what is no name', () => {
    const wrong = importers.map(
      ([file, names]) => [file, names.filter((name) => !(name in IMPORTED))] as const,
    );
    expect(wrong.filter(([, names]) => names.length > 0)).toEqual([]);
  });

  test('and what may be imported is imported', () => {
    const imported = new Set(importers.flatMap(([, names]) => names));
    expect(Object.keys(IMPORTED).filter((name) => !imported.has(name))).toEqual([]);
  });

  test.each([
    [
      "import { METRICS } from '../lambda/core/contract/metric-names.ts';",
      ['metric-names.ts METRICS'],
    ],
    ["import { type A, B as C } from '../contract/codes.ts';", ['codes.ts B']],
    ["import * as codes from '../contract/codes.ts';", ['codes.ts *']],
    ["export { A as B } from '../contract/codes.ts';", ['codes.ts A']],
    ["export * from '../contract/codes.ts';", ['codes.ts *']],
    ["const { A } = await import('../contract/codes.ts');", ['codes.ts *']],
    ["const { A } = jest.requireActual('../contract/codes.ts');", ['codes.ts *']],
    ["import type { A } from '../contract/codes.ts';", []],
    ["import { type A } from '../contract/codes.ts';", []],
    ["export type { A } from '../contract/codes.ts';", []],
    ["type A = typeof import('../contract/codes.ts');", []],
    ["import { A } from '../quota/contract.ts'; const text = '/contract/codes.ts';", []],
  ])('%s', (source, names) => {
    expect(contractImportsOf(source)).toEqual(names);
  });
});

describe('what tests write out together is what the contract has', () => {
  test('for refusals', () => {
    expect(refusals.REFUSALS).toEqual(REFUSALS);
  });

  test('for the context and its headers', () => {
    expect(context).toEqual(
      expect.objectContaining({ CONTEXT_FIELDS, OPTIONAL_CONTEXT_FIELDS, IDENTITY_HEADERS }),
    );
  });

  test('for metrics', () => {
    const all = Object.entries(metrics).filter(([name]) => name.endsWith('_METRIC'));
    const names = all.flatMap(([, value]) => textsOf(value));
    expect(operations.METRICS.toSorted()).toEqual(names.toSorted());
  });

  test('for outputs of a stack', () => {
    const { PLAN_ATTRIBUTE, RESPONSE_ATTRIBUTE, TAKE_OVER_ATTRIBUTE } = resources;
    const attributes = [PLAN_ATTRIBUTE, RESPONSE_ATTRIBUTE, TAKE_OVER_ATTRIBUTE].flatMap(textsOf);
    expect(operations.PLAN_ATTRIBUTES).toEqual(attributes);
    expect(operations.STACK_OUTPUTS).toEqual([...textsOf(STACK_OUTPUT), DEPLOYED_OUTPUT]);
  });

  test('for what an attachment is asked for', () => {
    const { EVERY_PROPERTY, requestIn } = attachment;
    expect(Object.keys(EVERY_PROPERTY)).toEqual(textsOf(request.PROPERTY));
    expect(request.readRequest(EVERY_PROPERTY)).toEqual(requestIn(EVERY_PROPERTY));
    expect(request.writeRequest(requestIn(EVERY_PROPERTY))).toEqual(EVERY_PROPERTY);
  });

  test('for the records of an attachment', () => {
    const { EMPTY_RECORD, NO_UNMAPPED, responsesKey, unmappedKey, recordItem } = attachment;
    expect([EMPTY_RECORD, NO_UNMAPPED]).toEqual([records.EMPTY_RECORD, records.NO_UNMAPPED]);
    expect(recordItem(records.recordKeyOf('api'), { routes: {} })).toEqual({
      [TABLE_KEY]: { S: 'api' },
      [records.RECORD_TEXT]: { S: records.recordText({ routes: {} }) },
    });
    expect(responsesKey('api')).toBe(records.responseRecordKeyOf('api'));
    expect(unmappedKey('api')).toBe(records.unmappedKeyOf('api'));
  });

  test('for the list of revoked tokens', () => {
    expect(revoked.userSubject('u')).toBe(revocation.userSubject('u'));
    expect(revoked.userClientSubject('u', 'c')).toBe(revocation.userClientSubject('u', 'c'));
    expect(revoked.clientSubject('c')).toBe(revocation.clientSubject('c'));
    expect(revoked.groupSubject('g')).toBe(revocation.groupSubject('g'));
    expect(revoked.HEARTBEAT_SORT_KEY).toBe(revocation.HEARTBEAT_SORT_KEY);
  });

  test('for a hub', () => {
    const outputs = {
      [`Hub${HUB_OUTPUT}0A1B2C3D`]: '{"org":"acme.okta.com","table":"t"}',
      Url: 'u',
    };
    expect(deployedHubs(outputs)).toEqual([{ org: 'acme.okta.com', table: 't' }]);
    expect(revoked.hubsIn(outputs)).toEqual(deployedHubs(outputs));
    const secret = '{"current":"a","pending":"b"}';
    expect(revoked.hookSecretIn(secret)).toEqual(hookSecretOf(secret));
  });
});

describe('who writes a name out', () => {
  const copies = sourceFiles(['test', 'local', 'client/src', 'middleware'])
    .filter((file) => file !== 'test/contract.test.ts')
    // Compared as a whole below, so that one of these proves nothing here.
    .filter((file) => !file.startsWith('test/support/wire/'))
    .map((file) => [file, readFileSync(file, 'utf8')] as const);
  /** Nobody else writes these. */
  const writtenHere = {
    [metrics.REVOCATION_METRIC.readFailures]: 'RevocationReadFailures',
    [metrics.CRASH_METRIC.crashes]: 'AuthorizerCrashes',
    [metrics.DECISION_METRIC.pathsReported]: 'PathsReported',
    [APP_CONTEXT.forceUpdate]: 'attachAgain',
    [request.PACKED_PROPERTIES]: 'Packed',
    [environment.ATTACHMENT_VARIABLE.recordTable]: 'RECORD_TABLE',
    [environment.ATTACHMENT_VARIABLE.authorizerArn]: 'AUTHORIZER_ARN',
    [request.UPDATE_PROPERTY.planFormat]: 'PlanFormat',
    [environment.VARIABLE.revocationTables]: 'REVOCATION_TABLES',
    [environment.DETECTOR_FILE_NAME]: 'detector-settings.json',
    [environment.HUB_FILE_NAME]: 'hub-settings.json',
    [environment.HUB_VARIABLE.pollSecret]: 'HUB_POLL_SECRET',
    [environment.HUB_VARIABLE.orgUrl]: 'HUB_ORG_URL',
    [FINDING.newGroup]: 'new_group_on_sensitive_route',
    [STACK_OUTPUT.records]: 'AttachmentRecords',
    [DEPLOYED_OUTPUT]: 'AccessMap',
    [HUB_OUTPUT]: 'RevocationHub',
    [revocation.HUB_SORT_KEYS_FROM]: '2#',
    [record.IS_DECISION]: 'record = "decision"',
    [IS_FINDING]: 'record = "finding"',
    [record.PARSE_GROUPS]: String.raw`parse @message /"groups":(?<names>\[(?:"(?:[^"\\]|\\.)*",?)*\])/`,
  };
  const known = new Set([
    ...Object.values(writtenHere),
    // Reasons: tests elsewhere expect the code, or all reasons of a code alike.
    ...['key_unfit', 'everyone_denies', 'groups_conflict', 'read_failed'],
    ...['unknown_method', 'live_routes_unknown', 'sessions_revoked', 'password_reset'],
    ...['group_added', 'app_unassigned', 'client_deactivated'],
  ]);
  const written = (file: string): readonly string[] => {
    const { texts, keys } = literalsIn(file);
    return [...texts, ...keys];
  };

  /** Names that no copy writes. A file is parsed where its text has one that none before it had. */
  function unwritten(names: readonly string[]): readonly string[] {
    const missing = new Set(names.filter((name) => !known.has(name)));
    for (const [file, text] of copies)
      if ([...missing].some((name) => text.includes(name)))
        for (const name of written(file)) missing.delete(name);
    return [...missing];
  }

  // A name that changes in the contract is then in nobody's copy.
  test('writes each as the contract has it', () => {
    expect(unwritten([...CONTRACT, ...CHECKED])).toEqual([]);
  });

  test('writes the fields of `--json` as the contract has them', () => {
    const paths = [EVERY_JSON_FIELD, ...Object.values(JSON_FIELDS)].flat();
    const fields = paths.flatMap((path) => path.match(/\$?\w+/g) ?? []);
    // Nobody else writes these.
    expect(unwritten([...new Set(fields)]).toSorted()).toEqual([
      ...['accesses', 'advice', 'badPlaces', 'gaining', 'gives', 'noGroup', 'packagedDollars'],
      ...['reservations', 'sampled', 'someRoutes', 'starts', 'staying'],
    ]);
  });

  // A name that one of them misspells is not hidden by the right one of another.
  test.each([
    [
      'middleware',
      [
        ...['QUOTA_EXCEEDED', 'quotaExceeded', 'quotaLimit', 'quotaRemaining', 'quotaReset'],
        ...['x-access-quota-exceeded', 'x-access-quota-limit'],
        ...['x-access-quota-remaining', 'x-access-quota-reset'],
      ],
    ],
    ['client/src', ['QUOTA_EXCEEDED', 'quotaReset', 'retryAfter', 'x-access-map-version']],
    [
      'local',
      [
        ...['CLIENT_UNMAPPED', 'GROUPS_MISSING', 'GROUPS_TOO_MANY', 'GROUP_NOT_ALLOWED'],
        ...['HUB_HOOK_SECRET', 'HUB_TABLE'],
        ...['KEYS_UNAVAILABLE', 'PATH_REFUSED', 'QUOTA_BUDGET_MS', 'QUOTA_EXCEEDED'],
        ...['QUOTA_TABLE', 'REVOCATIONS_UNAVAILABLE', 'ROUTE_UNMAPPED', 'SCOPE_MISSING'],
        ...['TOKEN_AUDIENCE', 'TOKEN_CLIENT', 'TOKEN_ISSUER', 'TOKEN_REVOKED'],
        ...['access-model.json', 'authorizerError', 'hub-settings.json', 'id_token'],
        ...['integrationError', 'integrationStatus', 'issued_in_the_future'],
        ...['lifetime_too_long', 'org_server', 'paths_disagree', 'principalId', 'responseLength'],
        ...['x-amazon-apigateway-any-method', 'x-amazon-apigateway-authorizer'],
        ...['x-amazon-apigateway-authtype', 'x-amazon-apigateway-gateway-responses'],
        ...['x-amazon-apigateway-integration', 'x-http-method-override'],
      ],
    ],
  ])('%s writes these names of ours', (folder, names) => {
    const own = copies.filter(([file]) => file.startsWith(`${folder}/`));
    const texts = new Set(own.flatMap(([file]) => written(file)));
    const ours = [...CONTRACT, ...CHECKED].filter((name) => texts.has(name) && isDistinctive(name));
    expect(ours.toSorted()).toEqual(names);
  });

  test('knows the names that are given in an account', () => {
    expect([authorizerNameOf('00000000'), stackNameOf('orders')]).toEqual([
      'okta-groups-00000000',
      'access-orders',
    ]);
    expect(isOwnAuthorizerName('okta-groups-shop')).toBe(true);
    expect(isOwnAuthorizerName('okta-group')).toBe(false);
  });

  test('writes no header and no type of resource that the contract does not have', () => {
    const like = /^(?:x-access-[a-z-]*[a-z]|Custom::(?:OktaGroup|FlushAuthorizer).+)$/;
    const wrong = copies
      .filter(([, text]) => /x-access-|Custom::/.test(text))
      .flatMap(([file]) => written(file))
      .filter((name) => like.test(name) && !CONTRACT.has(name));
    // A type that nobody handles, refused by the attachment.
    expect(wrong).toEqual(['Custom::OktaGroupElse']);
  });

  test('keeps the spellings of wires whose word in the code is another one', () => {
    expect(unwritten(LEGACY_WIRE_NAMES.map(({ written: name }) => name))).toEqual([]);
  });
});
