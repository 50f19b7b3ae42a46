/** `--json`: whatever a command ends with but good, `problems` says why. */
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { AccessMap } from '../../../../lib/access-map/index.ts';
import { COMMANDS } from '../../../../lib/commands/index.ts';
import { runProgram } from '../../../../lib/commands/shell/program.ts';
import { jsonLines, recordsOf, user } from '../../../support/recorded-traffic.ts';
import { mapText, orgWith, stopOrgs } from '../../okta/support.ts';
import { capture, project } from '../project.ts';

const mapWith = (more: string): string => `
api: { name: orders, upstream: { url: 'https://orders.acme.org' } }
okta: { issuer: 'https://acme.okta.com/oauth2/aus1', audience: api://orders, clients: [0oa1web] }
routes: [GET /orders, POST /orders]
${more}`;
const MAP = mapWith('groups: { readers: { allow: [GET /orders] } }');
const WIDER = mapWith('groups: { readers: { allow: [GET /orders, POST /orders] } }');
const NARROWER = mapWith('groups: { readers: { deny: [GET /orders] } }');
const SPARE = mapWith(
  'groups: { readers: { allow: [GET /orders] }, spare: { allow: [GET /orders] } }',
);
const FAILING = `${MAP}\ntests: [{ groups: [readers], allows: [POST /orders] }]\n`;
const ID_TOKEN = [{ alg: 'RS256', kid: 'k' }, { iss: 'https://acme.okta.com/oauth2/aus1' }]
  .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
  .join('.');
const documentOf = (paths: string): string =>
  `{ openapi: 3.0.1, info: { title: t, version: '1' }, paths: ${paths} }`;
const EMPTY = documentOf('{}');
const OTHER = documentOf('{ /x: { get: {} } }');

let server: Server;
let url = '';
let okta = '';
let shadow = '';
let enforced = '';

beforeAll(async () => {
  server = createServer((_, answer) => answer.end('{}'));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  okta = mapText((await orgWith()).url);
  const { map } = AccessMap.checkText(MAP, 'access.yaml');
  const calls = ['GET /orders', 'POST /orders'].map((route, index) => {
    return { route, principal: user('00u1', ['readers']), at: Date.now() - 2_000 + index };
  });
  shadow = jsonLines(await recordsOf(map?.model as never, calls, { mode: 'shadow' }));
  enforced = jsonLines(await recordsOf(map?.model as never, calls));
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await stopOrgs();
});

const URI =
  'arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:111122223333:function:f/invocations';

interface Row {
  readonly args: string;
  readonly exit: 1 | 2 | 3;
  readonly code: string;
  readonly stdin?: string;
}

const ROWS: readonly Row[] = [
  { args: 'check none.yaml', exit: 1, code: 'FILE_UNREADABLE' },
  { args: 'check failing.yaml', exit: 1, code: 'TEST_FAILED' },
  { args: 'check none-*.yaml', exit: 2, code: 'USAGE_INVALID' },
  { args: 'explain --route nowhere', exit: 2, code: 'USAGE_INVALID' },
  {
    args: 'explain --route GET_/orders --group readers --expect deny',
    exit: 1,
    code: 'EXPECTATION_UNMET',
  },
  { args: 'explain --route GET_/elsewhere --expect deny', exit: 1, code: 'EXPECTATION_UNMET' },
  { args: 'explain --route GET_/orders --map none.yaml', exit: 1, code: 'FILE_UNREADABLE' },
  { args: 'matrix --group none', exit: 2, code: 'USAGE_INVALID' },
  { args: 'matrix --map none.yaml', exit: 1, code: 'FILE_UNREADABLE' },
  { args: 'diff access.yaml wider.yaml --fail-on widened', exit: 1, code: 'DIFF_WIDENED' },
  { args: 'diff access.yaml narrower.yaml --fail-on narrowed', exit: 1, code: 'DIFF_NARROWED' },
  { args: 'diff access.yaml wider.yaml --fail-on any', exit: 1, code: 'DIFF_CHANGED' },
  { args: 'diff none.yaml access.yaml', exit: 2, code: 'REVISION_UNKNOWN' },
  { args: 'test --map failing.yaml', exit: 1, code: 'TEST_FAILED' },
  { args: 'init --openapi empty.yaml', exit: 1, code: 'API_WITHOUT_ROUTES' },
  { args: 'init --openapi none.yaml', exit: 2, code: 'DOCUMENT_UNREADABLE' },
  { args: 'init -o access.yaml', exit: 2, code: 'OUTPUT_EXISTS' },
  { args: 'token -', exit: 1, code: 'TOKEN_MALFORMED', stdin: 'not.a.token' },
  { args: 'token -', exit: 1, code: 'TOKEN_AUDIENCE', stdin: `${ID_TOKEN}.c2ln` },
  { args: 'token -', exit: 2, code: 'INPUT_ABSENT', stdin: '' },
  { args: 'inject other.yaml -o out.yaml --authorizer-uri URI', exit: 1, code: 'ROUTE_UNMAPPED' },
  {
    args: 'inject none.yaml -o out.yaml --authorizer-uri arn:aws:x',
    exit: 2,
    code: 'USAGE_INVALID',
  },
  { args: 'inject other.yaml --authorizer-uri URI', exit: 1, code: 'ROUTE_UNMAPPED' },
  { args: 'login --map none.yaml', exit: 1, code: 'FILE_UNREADABLE' },
  { args: 'login --port x', exit: 2, code: 'USAGE_INVALID' },
  { args: 'login --issuer URL/oauth2/default', exit: 1, code: 'ISSUER_UNDESCRIBED' },
  { args: 'types --map none.yaml', exit: 1, code: 'FILE_UNREADABLE' },
  { args: 'package -o out', exit: 2, code: 'USAGE_INVALID' },
  { args: 'coverage --function none', exit: 2, code: 'USAGE_INVALID' },
  { args: 'coverage --rest-api a1b2c3d4e5 --stage prod', exit: 3, code: 'AWS_REGION_ABSENT' },
  { args: 'smoke --url URL', exit: 1, code: 'SMOKE_FAILED' },
  { args: 'smoke --url nowhere', exit: 2, code: 'USAGE_INVALID' },
  { args: 'usage', exit: 2, code: 'USAGE_INVALID' },
  { args: 'usage --trend none.jsonl', exit: 1, code: 'AUDIT_LOG_UNREADABLE' },
  { args: 'unused decisions.jsonl -m spare.yaml', exit: 1, code: 'UNUSED' },
  { args: 'unused empty.yaml', exit: 1, code: 'AUDIT_LOG_EMPTY' },
  { args: 'promote decisions.jsonl', exit: 1, code: 'WOULD_BE_REFUSED' },
  { args: 'replay enforced.* -m wider.yaml --fail-on widened', exit: 1, code: 'CALLS_LET_IN' },
  { args: 'replay enforced.* -m narrower.yaml --fail-on any', exit: 1, code: 'CALLS_REFUSED' },
  { args: 'okta plan okta.yaml', exit: 1, code: 'PLAN_PENDING' },
  { args: 'okta plan okta.yaml -o none/plan.json', exit: 2, code: 'OUTPUT_UNWRITABLE' },
  { args: 'okta plan wrong.yaml', exit: 1, code: 'KEY_UNKNOWN' },
  { args: 'okta apply -m wrong.yaml --yes', exit: 1, code: 'KEY_UNKNOWN' },
  { args: 'okta apply', exit: 2, code: 'CONFIRMATION_ABSENT' },
  { args: 'okta apply -m access.yaml --yes', exit: 1, code: 'MAP_UNMANAGED' },
  { args: 'okta verify okta.yaml', exit: 1, code: 'SERVER_ABSENT' },
  { args: 'okta export access.yaml', exit: 1, code: 'MAP_UNMANAGED' },
  { args: 'revoke', exit: 2, code: 'USAGE_INVALID' },
  { args: 'revoke --list', exit: 2, code: 'USAGE_INVALID' },
  { args: 'completion tcsh', exit: 2, code: 'USAGE_INVALID' },
];

async function answered({ args, stdin }: Pick<Row, 'args' | 'stdin'>) {
  const cwd = project({
    ...{ 'access.yaml': MAP, 'wider.yaml': WIDER, 'narrower.yaml': NARROWER },
    ...{ 'failing.yaml': FAILING, 'empty.yaml': EMPTY, 'okta.yaml': okta },
    ...{ 'decisions.jsonl': shadow, 'enforced.jsonl': enforced },
    ...{
      'spare.yaml': SPARE,
      'other.yaml': OTHER,
      'wrong.yaml': okta.replace('routes:', 'rutes:'),
    },
  });
  const input = { isTerminal: false, read: async () => stdin ?? '', askHidden: async () => '' };
  const env = { OKTA_CLIENT_TOKEN: 'api-token-of-the-test' };
  const io = { ...capture(cwd, { env, input }), wait: async () => undefined };
  const parts = args.replace('URL', url).replace('URI', URI).split(' ');
  const line = parts.map((part) => part.replace('_/', ' /'));
  const exit = await runProgram([...line, '--json'], io, { commands: COMMANDS, version: '0' });
  return { exit, answer: io.json() };
}

test.each(ROWS)('$args ends with $exit and says why', async ({ exit, code, ...row }) => {
  const { answer, ...ended } = await answered(row);
  expect(ended.exit).toBe(exit);
  expect(answer).toMatchObject({ ok: false, exit, problems: expect.any(Array) });
  const { problems } = answer as { readonly problems: readonly Record<string, unknown>[] };
  expect(problems.length).toBeGreaterThan(0);
  for (const problem of problems)
    expect(problem).toMatchObject({
      severity: expect.any(String),
      message: expect.stringMatching(/\S/),
    });
  expect(problems.map((problem) => problem['code'])).toContain(code);
});

test('every command has a row', () => {
  const names = COMMANDS.map(({ name }) => name);
  const rows = new Set(ROWS.map(({ args }) => args.split(' ')[0]));
  expect(names.filter((name) => !rows.has(name))).toEqual([]);
});

test('what is good has no problem among its problems', async () => {
  expect((await answered({ args: `diff access.yaml wider.yaml` })).answer).toMatchObject({
    ok: true,
    problems: [],
  });
});
