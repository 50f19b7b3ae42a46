/**
 * Which hosts are this machine (lambda/core/contract/loopback.ts), at every place that asks. Each
 * asks one of two questions: for a literal address, or for `localhost` too.
 */
import { describe, expect, test } from '@jest/globals';
import { credentialsFrom as awsCredentials } from '../lambda/adapters/dynamo/aws-credentials.ts';
import { endpointFrom } from '../lambda/adapters/dynamo/dynamo-endpoint.ts';
import { isLocalIssuer } from '../lambda/core/contract/local-run.ts';
import {
  isLoopbackAddress,
  isLoopbackHost,
  isSafeOrigin,
  isSafeUrl,
} from '../lambda/core/contract/loopback.ts';
import { AccessMap, type AccessMapInput } from '../lib/access-map/index.ts';
import { runCheck } from '../lib/commands/check.ts';
import { wantedHooks } from '../lib/commands/okta-subcommands/find-hubs.ts';
import { requireIssuer } from '../lib/commands/shell/issuer-option.ts';
import { isDirect } from '../lib/commands/shell/proxy.ts';
import { runSmoke } from '../lib/commands/smoke.ts';
import { credentialsFrom as oktaCredentials } from '../lib/okta/credentials.ts';
import { OktaError } from '../lib/okta/okta-error.ts';
import { readPlanFile } from '../lib/okta/plan-file.ts';
import { parseOptions } from '../local/start-options.ts';
import { base } from './lib/access-map/support.ts';
import { capture, exampleWith, project } from './lib/commands/project.ts';

const HOSTS = [
  ...['127.0.0.1', '127.1.2.3', '[::1]', 'localhost'],
  ...['127.evil.example', 'localhost.evil.example', '127.0.0.1.example.com'],
  ...['0.0.0.0', '[::ffff:127.0.0.1]', '10.0.0.1', 'acme.example.com'],
];
const ADDRESSES = ['127.0.0.1', '127.1.2.3', '[::1]'];
const NAMED = [...ADDRESSES, 'localhost'];

const codesOf = (map: AccessMapInput, options = {}): readonly string[] =>
  AccessMap.checkObject(map, options).problems.map(({ code }) => code);
const okta = (changes: object): AccessMapInput => ({ ...base, okta: { ...base.okta, ...changes } });
const returns = (call: () => unknown): boolean => {
  try {
    call();
    return true;
  } catch {
    return false;
  }
};

const isIssuerOption = (issuer: string): boolean =>
  returns(() => requireIssuer(issuer, { loopbackIssuer: true }));

/** `npm start` with these options. */
const started = (...options: readonly string[]) => parseOptions(['node', 'start', ...options]);

/** What `check` warns of a map with an upstream at a URL. */
function checkCodes(url: string): readonly string[] {
  const map = exampleWith(['https://orders.example.com', `"${url}"`]);
  const io = capture(project({ 'access.yaml': map }));
  expect(runCheck({ json: true }, io)).toBe(0);
  const { maps } = io.json() as {
    readonly maps: readonly { readonly problems: readonly { readonly code: string }[] }[];
  };
  return maps.flatMap(({ problems }) => problems.map(({ code }) => code));
}

/** The next thing that `smoke` asks for after its URL, which sends nothing. */
const smokeFault = (url: string): Promise<unknown> =>
  runSmoke({ url, exhaust: '00u1' }, capture(project({}))).catch((error: unknown) => error);

/** Whether `okta apply` goes on to the digest of a plan for this org. */
function isOrgOfPlan(org: string): boolean {
  const plan = { steps: [], dropped: [], ids: {} };
  const desired = { org, maps: [], renamed: {}, servers: [], groups: [], apps: [], origins: [] };
  const file = { format: 'okta-group-authorizer/okta-plan', version: 2, digest: 'x' };
  try {
    readPlanFile(JSON.stringify({ ...file, org, maps: [], desired, plan }), 'plan.json');
  } catch (error) {
    const { code } = error as { readonly code: string };
    if (code === 'PLAN_EDITED') return true;
    if (code !== 'PLAN_ORG_INVALID') throw error;
  }
  return false;
}

/** Whether a hub that another tool deploys may be there. */
async function isHookAddress(url: string): Promise<boolean> {
  const revocation = {
    ...{ org: 'acme.okta.com', withinSeconds: 10, marginSeconds: 2, onAdd: false },
    ...{ onStoreFailure: 'allow' as const, hook: true, hub: 'own' as const },
  };
  const side = {
    map: { name: 'a', revocations: [revocation] },
    side: { map: 'a', org: 'https://acme.okta.com' },
  };
  const io = capture('/', { env: { OKTA_HOOK_URL: url } });
  const hooks = await wantedHooks([side], io).catch((error: unknown) => {
    if (error instanceof OktaError && error.code === 'HOOK_ADDRESS_INVALID') return [];
    throw error;
  });
  return hooks.length > 0;
}

type Place = readonly [place: string, takes: (host: string) => boolean | Promise<boolean>];

const OF_ADDRESSES: readonly Place[] = [
  ['isLoopbackAddress', isLoopbackAddress],
  ['an issuer of `npm start`', (host) => isLocalIssuer(`http://${host}:4001/oauth2/default`)],
  ['`--issuer` of commands', (host) => isIssuerOption(`http://${host}:4001/oauth2/default`)],
  [
    'issuer of a map, for local runs',
    (host) =>
      codesOf(okta({ issuer: `http://${host}:4001/oauth2/default` }), { loopbackIssuer: true })
        .length === 0,
  ],
  [
    'issuer of a map, beside an org on this machine',
    (host) =>
      !codesOf(
        okta({
          issuer: 'http://127.0.0.1:4001/oauth2/default',
          manage: { org: `http://${host}:4003` },
        }),
        { localOrgIssuer: true },
      ).includes('ISSUER_INSECURE'),
  ],
  [
    'org of a map',
    (host) => codesOf(okta({ manage: { org: `http://${host}:4003` } })).length === 0,
  ],
  [
    'an API token without its org',
    (host) => returns(() => oktaCredentials({ OKTA_CLIENT_TOKEN: 'x' }, `http://${host}:4003`)),
  ],
  ['org of a plan', (host) => isOrgOfPlan(`http://${host}:4003`)],
  ['a hub that another tool deploys', (host) => isHookAddress(`http://${host}:4002`)],
  ['`npm start --issuer`', (host) => returns(() => started('--issuer', `http://${host}:1`))],
];

const OF_HOSTS: readonly Place[] = [
  ['asked without the proxy', (host) => isDirect(new URL(`http://${host}:1`), [])],
  ['isLoopbackHost', isLoopbackHost],
  [
    'upstream of a map, over plain http',
    (host) =>
      AccessMap.checkObject({
        ...base,
        api: { name: 'a', upstream: { url: `http://${host}:1` } },
      }).map?.warnings.every(({ code }) => code !== 'UPSTREAM_PLAIN') === true,
  ],
  [
    'upstream that others reach, over https',
    (host) => !checkCodes(`https://${host}`).includes('UPSTREAM_OPEN'),
  ],
  [
    '`smoke` over plain http',
    async (host) => String(await smokeFault(`http://${host}:9`)).includes('`--token -` beside'),
  ],
  [
    'DynamoDB over plain http',
    (host) =>
      returns(() =>
        endpointFrom({ AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL: `http://${host}:8000` }),
      ),
  ],
  [
    'credentials of a container',
    (host) =>
      returns(() => awsCredentials({ AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://${host}:1` })),
  ],
  ['`npm start --app`', (host) => returns(() => started('--app', `http://${host}:5173`))],
];

/** The hosts that a place takes for this machine. */
async function takenBy(takes: Place[1]): Promise<readonly string[]> {
  const verdicts = await Promise.all(HOSTS.map(async (host) => [host, await takes(host)] as const));
  return verdicts.filter(([, taken]) => taken).map(([host]) => host);
}

describe('this machine is', () => {
  test.each(OF_ADDRESSES)('a literal address: %s', async (_place, takes) => {
    expect(await takenBy(takes)).toEqual(ADDRESSES);
  });

  test.each(OF_HOSTS)('a literal address or localhost: %s', async (_place, takes) => {
    expect(await takenBy(takes)).toEqual(NAMED);
  });
});

/** URLs that secrets are sent to, or tokens are trusted from. */
const SAFE_URLS: readonly Place[] = [
  ['isSafeUrl', isSafeUrl],
  ['isSafeOrigin', isSafeOrigin],
  ['org of a plan', isOrgOfPlan],
  ['org of a map', (org) => codesOf(okta({ manage: { org } })).length === 0],
  ['a hub that another tool deploys', isHookAddress],
];

test.each(SAFE_URLS)('a URL is safe by one rule: %s', async (_place, takes) => {
  const verdicts = [
    ['https://acme.okta.com', true],
    ['https://acme.okta.com:8443', true],
    ['http://[::1]:4002', true],
    ['http://127.1.2.3:4002', true],
    ['http://127.999.0.1', false],
    ['http://localhost:4002', false],
    ['https://x y', false],
    [' https://acme.okta.com', false],
    ['https:acme.okta.com', false],
    ['https://user@acme.okta.com', false],
    ['http://acme.okta.com', false],
    ['ftp://127.0.0.1', false],
  ] as const;
  for (const [url, isSafe] of verdicts) expect([url, await takes(url)]).toEqual([url, isSafe]);
});

test.each(['127.999.0.1', 'x y'])('no local run is at `%s`, which is no host', (host) => {
  expect(isLocalIssuer(`http://${host}:4001/oauth2/default`)).toBe(false);
});
