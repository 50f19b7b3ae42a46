import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { type Zippable, zipSync } from 'fflate';
import type { FailureCode } from '../../../../lambda/core/contract/failures.ts';
import { AccessMap } from '../../../../lib/access-map/index.ts';
import { OktaGroupAuthorizer } from '../../../../lib/authorizer/okta-group-authorizer.ts';
import type { CodeAws } from '../../../../lib/commands/live/deployed-code.ts';
import type { FoundStack } from '../../../../lib/commands/live/live-aws.ts';
import { runSmoke, type SmokeOptions } from '../../../../lib/commands/smoke.ts';
import { capture, EXAMPLE, exampleWith, project } from '../project.ts';

const ARN = 'arn:aws:lambda:eu-west-1:111122223333:function:orders';
const STACK: FoundStack = {
  name: 'access-orders',
  arn: 'arn:aws:cloudformation:eu-west-1:111122223333:stack/access-orders/1',
  outputs: {
    AuthorizerAccessMap0123ABCD: JSON.stringify({ map: 'orders', authorizer: ARN, records: [] }),
  },
};
const MODEL = 'access-model.json';

type Files = Record<string, Uint8Array>;
/** By stack: what the CDK would zip and upload for an app with these props. */
const assets = new Map<string, Files>();
let server: Server;
let url = '';

beforeAll(async () => {
  const outdir = mkdtempSync(join(tmpdir(), 'deployed-code-'));
  const app = new App({ outdir });
  const map = AccessMap.fromFile('access.yaml');
  const variants = {
    usual: {},
    metrics: { maxMetrics: 100 },
    sdk: { storeClient: 'sdk' },
  } as const;
  for (const [name, props] of Object.entries(variants))
    new OktaGroupAuthorizer(new Stack(app, name), 'Authorizer', { map, ...props });
  app.synth();
  const folders = readdirSync(outdir).filter((name) => name.startsWith('asset.'));
  for (const name of Object.keys(variants)) {
    const template = readFileSync(join(outdir, `${name}.template.json`), 'utf8');
    const folder = folders.find(
      (one) =>
        template.includes(one.replace('asset.', '')) &&
        readdirSync(join(outdir, one)).includes(MODEL),
    );
    if (folder === undefined) throw new Error(`no code of the authorizer in ${name}`);
    assets.set(name, filesBelow(join(outdir, folder)));
  }
  rmSync(outdir, { recursive: true });
  server = createServer((request, answer) => {
    answer.writeHead(request.url === '/health' ? 200 : 401).end();
  });
  server.keepAliveTimeout = 0;
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});
afterAll(() => new Promise((done) => void server.close(done)));

const filesBelow = (folder: string): Files =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [file.slice(folder.length + 1), new Uint8Array(readFileSync(file))]),
  );

function asset(name: string): Files {
  const files = assets.get(name);
  if (files === undefined) throw new Error(`no ${name}`);
  return { ...files };
}

/** Compressed, but for the largest, and dated, as another tool than ours zips. */
const zipped = (files: Files): Uint8Array =>
  zipSync(
    Object.fromEntries(
      Object.entries(files).map(([name, bytes]) => [
        name,
        [bytes, { level: bytes.length < 50_000 ? 1 : 0 }],
      ]),
    ) as Zippable,
  );

interface Case {
  readonly zip: Uint8Array | undefined;
  readonly text?: string;
  readonly sha256?: string;
  readonly options?: SmokeOptions;
  readonly aws?: Partial<CodeAws>;
}

async function smoked({ zip, text = EXAMPLE, sha256, options, aws }: Case) {
  const asked: string[] = [];
  const digest = createHash('sha256')
    .update(zip ?? new Uint8Array())
    .digest('base64');
  const io = capture(project({ 'access.yaml': text }));
  const exit = await runSmoke({ url, json: true, code: true, ...options }, io, {
    findStack: async (name) => (name === 'access-orders' ? STACK : undefined),
    findStacksOf: async () => [],
    readCode: async (arn) => {
      asked.push(arn);
      return zip && { zip, sha256: sha256 ?? digest };
    },
    ...aws,
  });
  const { findings } = io.json() as {
    readonly findings: readonly { readonly probe: string; readonly result: string; says: string }[];
  };
  return { exit, asked, ...findings.find(({ probe }) => probe === 'code of the function') };
}

const changedModel = (change: (model: Record<string, unknown>) => object): Files => {
  const files = asset('usual');
  const model = JSON.parse(Buffer.from(files[MODEL] ?? []).toString()) as Record<string, unknown>;
  return { ...files, [MODEL]: Buffer.from(JSON.stringify({ ...model, ...change(model) })) };
};

describe('smoke --code', () => {
  test.each([
    ['usual', /^each of its \d+ files is .* this map$/],
    ['metrics', /\(`maxMetrics`\)$/],
    ['sdk', /`storeClient: sdk`$/],
  ])('knows what the CDK uploads (%s), however it is zipped', async (name, says) => {
    const told = await smoked({ zip: zipped(asset(name)) });
    expect(told).toMatchObject({ exit: 0, result: 'pass', asked: [ARN] });
    expect(told.says).toMatch(says);
  });

  test.each([
    [
      'one byte of the code',
      () => {
        const files = asset('usual');
        const changed = Uint8Array.from(files['index.mjs'] ?? []);
        changed[100] = (changed[100] ?? 0) ^ 1;
        return { ...files, 'index.mjs': changed };
      },
      /: `index\.mjs`; /,
    ],
    ['a file more', () => ({ ...asset('usual'), 'index.js': Buffer.from('0') }), /: `index\.js`/],
    [
      'a file less',
      () => {
        const { [MODEL]: _, ...files } = asset('usual');
        return files;
      },
      new RegExp(`: \`${MODEL}\``),
    ],
    [
      'the map changed by hand',
      () => changedModel(() => ({ signedIn: 'f' })),
      /changed, under the same version/,
    ],
    [
      'another map',
      () => changedModel(() => ({ version: '0123456789abcdef' })),
      /`0123456789abcdef`: another map/,
    ],
    [
      'more than a choice under the name of metrics',
      () => changedModel(() => ({ metrics: { routes: [], groups: [], blocked: [] } })),
      /changed/,
    ],
    [
      'a map that is no JSON',
      () => ({ ...asset('usual'), [MODEL]: Buffer.from('{') }),
      new RegExp(`: \`${MODEL}\``),
    ],
  ])('finds %s', async (_, files, says) => {
    const told = await smoked({ zip: zipped(files()) });
    expect(told).toMatchObject({ exit: 1, result: 'fail' });
    expect(told.says).toMatch(says);
  });

  test('finds another map on this side too', async () => {
    const text = exampleWith(['limit: 60', 'limit: 61']);
    expect(await smoked({ zip: zipped(asset('usual')), text })).toMatchObject({
      exit: 1,
      result: 'fail',
      says: expect.stringContaining('another map'),
    });
  });

  test('tells a map of other lines from one of other decisions', async () => {
    const text = `# a comment\n${EXAMPLE}`;
    expect(await smoked({ zip: zipped(asset('usual')), text })).toMatchObject({
      exit: 1,
      says: expect.stringContaining('same decisions'),
    });
  });

  /** Two entries of one name: which of them runs is up to who unpacks it. */
  const twice = (): Uint8Array => {
    const once = Buffer.from(zipSync({ ...asset('usual'), 'index.mjX': Buffer.from('evil()') }));
    for (let at = once.indexOf('index.mjX'); at >= 0; at = once.indexOf('index.mjX'))
      once.write('index.mjs', at);
    return once;
  };
  test.each([
    ['no zip', () => Buffer.from('no zip'), / zip/],
    ['a name twice', twice, / zip/],
    [
      'more than ours has',
      () => zipSync({ 'index.mjs': new Uint8Array(65 * 2 ** 20) }, { level: 0 }),
      / zip/,
    ],
    ['no function', () => undefined, new RegExp(`\`${ARN}\`, found none`)],
  ])('finds %s', async (_, zip, says) => {
    expect(await smoked({ zip: zip() })).toMatchObject({
      exit: 1,
      result: 'fail',
      says: expect.stringMatching(says),
    });
  });

  test('asks for the function that is named, with its alias', async () => {
    const options = { function: `${ARN}:live` };
    const aws = { findStack: async () => undefined };
    expect(await smoked({ zip: zipped(asset('usual')), options, aws })).toMatchObject({
      result: 'pass',
      asked: [`${ARN}:live`],
    });
  });

  test.each([
    [{ aws: { findStack: async () => undefined } }, 'STACK_UNKNOWN', /`--stack`, or `--function`/],
    [{ options: { stack: 'other' } }, 'STACK_UNKNOWN', /`other`/],
    [{ options: { function: 'orders' } }, 'USAGE_INVALID', /`--function`.*`orders`/],
    [{ options: { function: 'arn:aws:lambda:x:y:function:!!' } }, 'USAGE_INVALID', /`--function`/],
    [{ options: { code: false, stack: 'x' } }, 'USAGE_INVALID', /`--code` beside `--stack`/],
    [{ sha256: 'other' }, 'FUNCTION_CODE_CHANGING', /./],
    [
      {
        aws: {
          readCode: async () => {
            throw Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' });
          },
        },
      },
      'AWS_REQUEST_FAILED',
      /AccessDeniedException not authorized/,
    ],
  ] satisfies [Partial<Case>, FailureCode, RegExp][])(
    'ends with an error for %j',
    async (given, code, names) => {
      await expect(smoked({ zip: zipped(asset('usual')), ...given })).rejects.toMatchObject({
        code,
        message: expect.stringMatching(names),
      });
    },
  );
});
