import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import type { DesiredOrg } from '../../../lib/okta/desired-org.ts';
import { type FieldKind, unjudgedFields } from '../../../lib/okta/judged-fields.ts';
import type { Json, JsonObject, OktaOrg } from '../../../lib/okta/org.ts';
import type { RecordedCall, Recording } from '../../../lib/okta/recording.ts';
import { Redactor } from '../../../lib/okta/redact.ts';
import { verifyOrg } from '../../../lib/okta/verify.ts';
import { mapText, orgWith, richOrg, runnerIn, stopOrgs } from './support.ts';

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
    first: async (path) => listOf('first', decodeURIComponent(path)),
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
      : answer.flatMap((object: Json) => unjudgedFields(kind, object as JsonObject));
  });

async function recordingOf(more: string): Promise<{
  readonly recording: Recording;
  readonly text: string;
  readonly levels: readonly string[];
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
  const { findings } = JSON.parse(ran.stdout) as {
    readonly findings: readonly { readonly level: string }[];
  };
  const text = readFileSync(join(runner.cwd, 'answers.json'), 'utf8');
  return {
    recording: JSON.parse(text) as Recording,
    text,
    levels: findings.map(({ level }) => level),
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

test('replayed, it is judged as the org itself', async () => {
  const { recording, levels } = await recordingOf('');
  const { findings } = await verifyOrg(
    replayed(recording),
    recording.desired as unknown as DesiredOrg,
  );
  expect(findings.map(({ level }) => level)).toEqual(levels);
  expect(strangeFields(recording)).toEqual([]);
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
  expect(redactor.value({ id: '00gabcdefgh123', status: 'ACTIVE', client_secret: 's' })).toEqual({
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

test.each<readonly [where: string, json: JsonObject]>([
  ['the profile of an app', { label: 'acme', profile: HOSTILE }],
  ['the profile of a group or a user', { profile: { ...HOSTILE, name: HOSTILE } }],
  ['the settings of an app', { label: 'acme', settings: { app: HOSTILE } }],
  ['the former names of maps', { renamed: { acmeOld: 'acmeNew' } }],
])('nothing that an org has made up is left of %s', (_, json) => {
  expect(JSON.stringify(new Redactor().value(json))).not.toMatch(/acme|84211|417/i);
});

test.each(['type', 'level', 'mode', 'status', 'use', 'supportType', 'protocol', 'identityStack'])(
  'a value of `%s` that Okta does not list is replaced, at any depth',
  (field) => {
    const json = { somethingNew: [{ [field]: 'AcmeCorp', list: [{ [field]: ['Acme_1'] }] }] };
    expect(JSON.stringify(new Redactor().value(json))).not.toMatch(/acme/i);
  },
);

test('values that Okta lists stay, and numbers that decide', () => {
  const json = {
    status: 'ACTIVE',
    type: 'APP_GROUP',
    objectClass: ['okta:windows_security_principal'],
    priority: 3,
    actions: { token: { accessTokenLifetimeMinutes: 15, employeeNumber: 7_001 } },
  };
  expect(new Redactor().value(json)).toEqual({
    ...json,
    actions: { token: { accessTokenLifetimeMinutes: 15, employeeNumber: 0 } },
  });
});

test('a claim goes on reading the field of the profile that it names', () => {
  const redactor = new Redactor();
  const app = redactor.value({ label: 'a', profile: { acmeGroups: ['00gabcdefgh123'] } });
  const [field] = Object.keys((app as { readonly profile: object }).profile);
  expect(redactor.text('app.profile.acmeGroups')).toBe(`app.profile.${field}`);
  expect(redactor.text('00gabcdefgh123')).toBe('00g10000000000000000');
});

/** Recordings that adopters have sent: each is held against what the local org is shaped by. */
const folder = join(__dirname, 'recordings');
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
describe.each(files.length === 0 ? [''] : files)('the recording %s', (file) => {
  const recording = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Recording;
  test('has no field that the contract does not know', () => {
    expect(strangeFields(recording)).toEqual([]);
  });
  test('is judged without a fault', async () => {
    const desired = recording.desired as unknown as DesiredOrg;
    await expect(verifyOrg(replayed(recording), desired)).resolves.toBeDefined();
  });
});

test('a recording is refused where it cannot be written', async () => {
  const org = await orgWith();
  const { run } = runnerIn({ 'access.yaml': mapText(org.url) });
  expect(await run('okta verify --record no/such/folder.json')).toMatchObject({ code: 2 });
});
