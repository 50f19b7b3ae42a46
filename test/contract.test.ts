/**
 * The contract (lambda/core/contract) is the one home of what two sides of a wire agree on:
 * lambda, lib and bin take a name from there, tests and the other packages write it out.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { ACCESS_LOG_FIELD } from '../lambda/core/contract/access-log.ts';
import { APP_CONTEXT } from '../lambda/core/contract/app-context.ts';
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
import { TOKEN_SOURCE } from '../lambda/core/contract/identity-source.ts';
import { LEGACY_WIRE_NAMES } from '../lambda/core/contract/legacy-wire-names.ts';
import * as metrics from '../lambda/core/contract/metric-names.ts';
import { OKTA_FINDINGS } from '../lambda/core/contract/okta-findings.ts';
import { OKTA_DOMAINS } from '../lambda/core/contract/okta-hosts.ts';
import { EXTENSION } from '../lambda/core/contract/openapi-extensions.ts';
import {
  authorizerNameOf,
  isOwnAuthorizerName,
  stackNameOf,
} from '../lambda/core/contract/own-names.ts';
import { FIVE_MINUTES_MS, PERIOD_SECONDS } from '../lambda/core/contract/periods.ts';
import { STACK_OUTPUT } from '../lambda/core/contract/stack-outputs.ts';
import { sourceFiles } from './support/folder-graph.ts';
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
  /[a-z][A-Z]|[:_.-]/.test(name) && !SHARED_WORDS.has(name) && !CONTEXT_NAMES.has(name);

const CONTRACT = new Set(
  [
    ...[metrics, resources, request, environment, record.REFUSED_BY, IDENTITY_HEADERS],
    ...[STACK_OUTPUT, ACCESS_LOG_FIELD, APP_CONTEXT, FINDING, TOKEN_SOURCE, EXTENSION],
  ].flatMap(textsOf),
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
const FRAGMENTS = [
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
  'lib/attachment/attached-gateway-responses.ts': ['GatewayResponses'],
  'lib/attachment/drift-check.ts': ['UnprotectedRoutes'],
  'lib/authorizer/http-apis.ts': ['OktaGroupAuthorizer'],
  'lib/package/terraform-module.ts': ['OktaGroupAuthorizer'],
  'lib/protect/rest-coverage.ts': ['OktaGroupAuthorizer'],
  'lib/stack/access-stack.ts': ['OktaGroupAuthorizer', 'MapVersion'],
  'lib/watch/access-alarms.ts': ['KeysMissing'],
  // Of an alarm.
  'lib/watch/own-alarm.ts': ['okta-groups-'],
  'lib/watch/saved-queries.ts': ['WouldRefuse'],
};

const isRule = (text: string): boolean =>
  HOST_PATTERN.test(text) || HOST_TEXT.test(text) || OWN_NAME.test(text);

/** Each once. */
const wireNamesIn = ({ texts, keys, members, numbers }: Literals): readonly string[] => [
  ...new Set([
    ...texts.flatMap((text) => text.match(NAME_IN_TEXT) ?? []),
    ...[...keys, ...members].filter((name) => NAMES.has(name) || isExtension(name)),
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

describe('who writes a name out', () => {
  const copies = sourceFiles(['test', 'local', 'client/src', 'middleware'])
    .filter((file) => file !== 'test/contract.test.ts')
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

  /** Rules, and how two programs of one machine meet; everything else in the folder is a name. */
  const SHARED = /^(?:json-object|local-run|loopback|temporary-failure)\.ts$/;

  // A name that is imported follows a slip of the contract, and nothing notices.
  test('imports none', () => {
    const imported = sourceFiles(['local', 'client/src', 'middleware']).flatMap((file) =>
      Array.from(
        readFileSync(file, 'utf8').matchAll(
          /^import (?!type\b)[^;]* from '[^;']*\/contract\/([^']+)';$/gm,
        ),
        ([, name = '']) => [file, name] as const,
      ),
    );
    expect(imported.length).toBeGreaterThan(0);
    expect(imported.filter(([, name]) => !SHARED.test(name))).toEqual([]);
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
    ['client/src', ['QUOTA_EXCEEDED', 'retryAfter', 'x-access-map-version']],
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
        'x-amazon-apigateway-integration',
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
