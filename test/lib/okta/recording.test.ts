import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { isOktaHost } from '../../../lambda/core/contract/okta-hosts.ts';
import type { DesiredOrg } from '../../../lib/okta/desired-org.ts';
import { type FieldKind, unevaluatedFields } from '../../../lib/okta/evaluated-fields.ts';
import { KEPT, type RecordedKind } from '../../../lib/okta/okta-enumerations.ts';
import type { Json, JsonObject, OktaOrg } from '../../../lib/okta/org.ts';
import {
  type RecordedCall,
  type RecordedFinding,
  type Recording,
  verdictOf,
} from '../../../lib/okta/recording.ts';
import { Redactor } from '../../../lib/okta/redact.ts';
import { verifyOrg } from '../../../lib/okta/verify.ts';
import type { VerifyFinding } from '../../../lib/okta/verify-finding.ts';
import { foundBy, mapText, orgWith, richOrg, runnerIn, stopOrgs, told } from './support.ts';

// Each test talks HTTP with a server of its own, which takes its time on a busy machine.
jest.setTimeout(60_000);
afterEach(stopOrgs);

/** An org that answers what was recorded. */
function replayed({ org, calls }: Recording): OktaOrg {
  const answerOf = (call: RecordedCall['call'], path: string): Json | undefined => {
    const found = calls.find((each) => each.call === call && each.path === path);
    if (!found) throw new Error(`${call} ${path} was not recorded`);
    return found.answer;
  };
  const listOf = (call: RecordedCall['call'], path: string) =>
    answerOf(call, path) as readonly JsonObject[];
  return {
    url: org,
    list: async (path) => listOf('list', decodeURIComponent(path)),
    // Of what was asked with several limits the longest answer has the others.
    first: async (path, limit) => {
      const asked = calls.filter(
        (each) => each.call === 'first' && each.path === decodeURIComponent(path),
      );
      const answers = asked.map(({ answer }) => answer as readonly JsonObject[]);
      const [longest] = answers.toSorted((a, b) => b.length - a.length);
      if (!longest) throw new Error(`first ${path} was not recorded`);
      return longest.slice(0, limit);
    },
    get: async (path) => answerOf('get', decodeURIComponent(path)) as JsonObject | undefined,
    orgIdAt: async (origin) => answerOf('orgIdAt', origin) as string | undefined,
    write: async () => undefined,
  };
}

const KINDS: readonly (readonly [pattern: RegExp, kind: FieldKind])[] = [
  [/\/authorizationServers$/, 'server'],
  [/\/claims$/, 'claim'],
  [/\/scopes$/, 'scope'],
  [/\/policies$/, 'policy'],
  [/\/policies\/\w+\/rules$/, 'rule'],
  [/\/apps$/, 'app'],
];

/** What the recorded org answers and the contract does not know. */
const strangeFields = ({ calls }: Recording): readonly string[] =>
  calls.flatMap(({ path, answer }) => {
    const kind = KINDS.find(([pattern]) => pattern.test(path))?.[1];
    return kind === undefined || !Array.isArray(answer)
      ? []
      : answer.flatMap((object: Json) => unevaluatedFields(kind, object as JsonObject));
  });

/** What verify finds in a recorded org today, in any order. */
async function verdictToday(recording: Recording): Promise<readonly string[]> {
  const desired = recording.desired as unknown as DesiredOrg;
  const { findings } = await verifyOrg(replayed(recording), desired);
  return sorted(verdictOf(findings));
}

/** What is found is compared by its code: texts change. */
const sorted = (findings: readonly RecordedFinding[]): readonly string[] =>
  findings.map(({ level, code }) => `${level} ${code}`).toSorted();

async function recordingOf(more: string): Promise<{
  readonly recording: Recording;
  readonly text: string;
  readonly findings: readonly VerifyFinding[];
  readonly secrets: readonly string[];
}> {
  const { org, runner } = await richOrg();
  await runner.run('okta apply --yes --write');
  org.store.users.set('00uperson000000001', {
    id: '00uperson000000001',
    status: 'ACTIVE',
    profile: { login: 'ann.person@corp.example', firstName: 'Annabel', mobilePhone: '+49151555' },
  });
  const ran = await runner.run(`okta verify --json --record answers.json ${more}`);
  const { findings } = JSON.parse(ran.stdout) as { readonly findings: readonly VerifyFinding[] };
  const text = readFileSync(join(runner.cwd, 'answers.json'), 'utf8');
  return {
    recording: JSON.parse(text) as Recording,
    text,
    findings,
    secrets: [...org.store.groups.keys(), ...org.store.apps.keys(), ...org.store.servers.keys()],
  };
}

test('what an org answered is written without names, ids, hosts and secrets', async () => {
  const { text, secrets } = await recordingOf('--as ann.person@corp.example');
  for (const secret of secrets.filter((id) => id.length > 12)) expect(text).not.toContain(secret);
  expect(text).not.toMatch(
    /sellers|readers|orders|batch|Sales|Annabel|person|corp|49151|secret-of/i,
  );
  expect(text).not.toMatch(/example\.com/);
});

test('what is written with backticks is taken out of the verdict too', async () => {
  const { org, runner } = await richOrg();
  await runner.run('okta apply --yes --write');
  for (const claims of org.store.claims.values())
    claims.set('oclmore', {
      ...{ id: 'oclmore', name: 'groups', claimType: 'RESOURCE', status: 'ACTIVE' },
      ...{ valueType: 'EXPRESSION', value: 'user.`Falcon`', alwaysIncludeInToken: true },
    });
  expect((await foundBy(runner, 'verify --record answers.json')).findings).toContainEqual(
    told('CLAIM_UNJUDGED', "`user.'Falcon'`"),
  );
  expect(readFileSync(join(runner.cwd, 'answers.json'), 'utf8')).not.toContain('Falcon');
});

test('replayed, it is evaluated as the org itself', async () => {
  const { recording, findings } = await recordingOf('');
  expect(recording.verdict).toEqual(verdictOf(findings));
  expect(await verdictToday(recording)).toEqual(sorted(recording.verdict));
  expect(strangeFields(recording)).toEqual([]);
});

test.each<readonly [what: string, change: (answer: JsonObject) => JsonObject]>([
  ['rule', (rule) => ({ ...rule, status: 'INACTIVE' })],
  ['rule', (rule) => ({ ...rule, somethingNew: false })],
  ['app', (app) => ({ ...app, status: 'INACTIVE' })],
  ['claim', (claim) => ({ ...claim, status: 'INACTIVE' })],
])('a recording of another org is not evaluated alike (%s)', async (kind, change) => {
  const { recording } = await recordingOf('');
  const [pattern] = KINDS.find(([, each]) => each === kind) ?? [/^$/];
  const calls = recording.calls.map((call) =>
    pattern.test(call.path) && Array.isArray(call.answer)
      ? { ...call, answer: call.answer.map((each: Json) => change(each as JsonObject)) }
      : call,
  );
  expect(await verdictToday({ ...recording, calls })).not.toEqual(sorted(recording.verdict));
});

test('what a map accepts is recorded as it is, so that it is accepted in a replay too', async () => {
  const { org, runner } = await richOrg();
  await runner.run('okta apply --yes --write');
  const rules = [...org.store.rules.values()].flatMap((each) => [...each.values()]);
  for (const rule of rules) Object.assign(rule, { tokenSecretOption: 'acme' });
  const file = join(runner.cwd, 'access.yaml');
  const map = readFileSync(file, 'utf8');
  writeFileSync(
    file,
    map.replace('    server: orders', '    server: orders\n    accepted: [rule.tokenSecretOption]'),
  );
  expect((await runner.run('okta verify --record answers.json')).code).toBe(0);
  const text = readFileSync(join(runner.cwd, 'answers.json'), 'utf8');
  const recording = JSON.parse(text) as Recording;
  expect(text).not.toContain('acme');
  expect(recording.verdict).toContainEqual(
    expect.objectContaining({ level: 'note', code: 'FIELD_UNJUDGED' }),
  );
  expect(await verdictToday(recording)).toEqual(sorted(recording.verdict));
});

test('the same word becomes the same stand-in, in names, filters, paths and expressions', () => {
  const redactor = new Redactor();
  const [name, filter, capital, path] = ['acme-admins', 'acme-', 'ACME', '/x/acme'].map((text) =>
    redactor.text(text),
  );
  expect([name, filter, capital, path]).toEqual(['w1-w2', 'w1-', 'W1', '/w3/w1']);
  expect(redactor.text('getFilteredGroups({"00gabcdefgh123"}, "group.name", 99)')).toBe(
    'getFilteredGroups({"00g10000000000000000"}, "group.name", 99)',
  );
  expect(
    redactor.value('app', { id: '00gabcdefgh123', status: 'ACTIVE', client_secret: 's' }),
  ).toEqual({
    id: '00g10000000000000000',
    status: 'ACTIVE',
    client_secret: 'redacted',
  });
});

const HOSTILE = {
  type: 'Acme-Type',
  level: 'AcmeLevel',
  mode: 'AcmeMode',
  status: ['AcmeStatus'],
  use: { status: 'AcmeUse', protocol: 'AcmeProtocol' },
  acmeSalary: 84_211,
  acmePin: '417',
  acmeList: [{ acmeKey: 4_117, status: 'ACTIVEacme' }],
  profile: { acmeInner: 'acme', label: 'acme' },
};

test.each<readonly [where: string, kind: RecordedKind, json: JsonObject]>([
  ['the profile of an app', 'app', { label: 'acme', profile: HOSTILE }],
  ['the profile of a group', 'group', { profile: { ...HOSTILE, name: HOSTILE } }],
  ['a user', 'user', { ...HOSTILE, profile: HOSTILE }],
  ['a user of an app', 'appUser', { ...HOSTILE, scope: 'acme' }],
  ['an assigned group', 'appGroup', { profile: HOSTILE, priority: 417 }],
  ['the settings of an app', 'app', { label: 'acme', settings: { app: HOSTILE } }],
  ['the former names of maps', 'desired', { renamed: { acmeOld: 'acmeNew' } }],
  ['what nothing knows', 'unknown', { profile: HOSTILE, acme: 417 }],
])('nothing that an org has made up is left of %s', (_, kind, json) => {
  const text = JSON.stringify(new Redactor().value(kind, json));
  // The name of a field is Okta's, but below a profile.
  expect(kind === 'unknown' ? text.replace('"acme":', '') : text).not.toMatch(/acme|84211|417/i);
});

const KINDS_KEPT = Object.keys(KEPT) as RecordedKind[];

test.each(KINDS_KEPT)(
  'a value of a %s that Okta does not list is replaced, at any depth',
  (kind) => {
    const paths = [
      ...['type', 'level', 'mode', 'status', 'use', 'supportType', 'protocol', 'priority'],
      ...['somethingNew.status', 'somethingNew.list.type', 'conditions.status'],
    ];
    const nested = (path: string, value: Json): JsonObject =>
      path
        .split('.')
        .toReversed()
        .reduce<Json>((inner, key) => ({ [key]: inner }), value) as JsonObject;
    for (const path of paths) {
      const texts = new Redactor().value(kind, nested(path, ['AcmeCorp', [{ type: 'Acme_1' }]]));
      expect(JSON.stringify(texts)).not.toMatch(/acme/i);
      // A value that is listed elsewhere names somebody here: a group may be called ACTIVE.
      const deep = new Redactor().value(kind, nested(`somethingNew.${path}`, ['ROTATE', 84_211]));
      expect(JSON.stringify(deep)).not.toMatch(/ROTATE|84211/);
    }
  },
);

test('values that Okta lists stay at their path, and numbers that decide', () => {
  const rule = {
    status: 'ACTIVE',
    type: 'RESOURCE_ACCESS',
    priority: 3,
    actions: { token: { accessTokenLifetimeMinutes: 15, employeeNumber: 7_001 } },
  };
  expect(new Redactor().value('rule', rule)).toEqual({
    ...rule,
    actions: { token: { accessTokenLifetimeMinutes: 15, employeeNumber: 0 } },
  });
  expect(new Redactor().value('rule', { actions: { status: 'ACTIVE', priority: 3 } })).toEqual({
    actions: { status: 'W1', priority: 0 },
  });
  const group = { type: 'APP_GROUP', objectClass: ['okta:windows_security_principal'] };
  expect(new Redactor().value('group', group)).toEqual(group);
});

test('a claim goes on reading the field of the profile that it names', () => {
  const redactor = new Redactor();
  const app = redactor.value('app', { label: 'a', profile: { acmeGroups: ['00gabcdefgh123'] } });
  const [field] = Object.keys((app as { readonly profile: object }).profile);
  expect(redactor.text('app.profile.acmeGroups')).toBe(`app.profile.${field}`);
  expect(redactor.text('00gabcdefgh123')).toBe('00g10000000000000000');
});

test.each([
  ['acme.okta.com', 'w1.okta.com', true],
  ['acme.oktapreview.com', 'w1.oktapreview.com', true],
  ['acme.okta-emea.com', 'w1.okta-emea.com', true],
  ['acme.okta-gov.com', 'w1.okta-gov.com', true],
  ['acme.okta.mil', 'w1.okta.mil', true],
  ['login.acme.com', 'w1.w2.com', false],
])('a host of Okta is one in a recording, and no other is: %s', (host, shown, ofOkta) => {
  expect(new Redactor().text(`https://${host}/oauth2/default`)).toBe(
    `https://${shown}/oauth2/default`,
  );
  expect([isOktaHost(host), isOktaHost(shown)]).toEqual([ofOkta, ofOkta]);
});

/** Recordings that adopters have sent: each is held against what the local org is shaped by. */
const folder = join(__dirname, 'recordings');
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
describe.each(files.length === 0 ? [''] : files)('the recording %s', (file) => {
  const recording = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Recording;
  test('has no field that the contract does not know', () => {
    expect(strangeFields(recording)).toEqual([]);
  });
  test('is evaluated as it was when it was recorded', async () => {
    expect(await verdictToday(recording)).toEqual(sorted(recording.verdict));
  });
});

test('a recording is refused where it cannot be written', async () => {
  const org = await orgWith();
  const { run } = runnerIn({ 'access.yaml': mapText(org.url) });
  expect(await run('okta verify --record no/such/folder.json')).toMatchObject({ code: 2 });
});
