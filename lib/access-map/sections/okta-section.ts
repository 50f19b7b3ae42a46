/**
 * Reads the okta blocks: whose tokens are accepted. The issuer is the root of trust, so its form is
 * checked strictly.
 */
import { isObject } from '../../../lambda/core/contract/json-object.ts';
import { orgOfAdminHost } from '../../../lambda/core/contract/okta-hosts.ts';
import type { OktaModel } from '../../../lambda/core/model/model-file.ts';
import { at, type Cursor, has, is, oneOrMore, type Report, text, texts } from '../report/cursor.ts';
import { readDuration } from '../report/durations.ts';
import { code, type Detail, type ProblemCode } from '../report/problems.ts';
import type { MapSection } from '../schema/schema.ts';

export interface IssuerOptions {
  /** Accept plain http for a literal loopback address: local runs only. Default: false. */
  readonly loopbackIssuer?: boolean;
  /**
   * Accept such an issuer in a block whose `manage.org` is a loopback address too: an org on this
   * machine has issuers there. Never where something is deployed. Default: false.
   */
  readonly localOrgIssuer?: boolean;
  /**
   * Accept a map without issuer and with `app:LABEL` clients, as it is before `okta apply --write`.
   * Default: false.
   */
  readonly beforeApply?: boolean;
}

type Section = MapSection<'okta'>;
type Block = Exclude<Section, readonly unknown[]>;
export type OktaBlock = Cursor<Block>;
export type ManageInput = NonNullable<Block['manage']>;
export type RevocationInput = NonNullable<Block['revocation']>;

/** The blocks that are mappings; the schema has reported the others. */
export const oktaBlocks = (okta: Cursor<Section>): readonly OktaBlock[] =>
  oneOrMore(okta).filter(({ value }) => isObject(value));

export function readOkta(
  okta: Cursor<Section>,
  options: IssuerOptions,
  report: Report,
): readonly OktaModel[] {
  const blocks = oktaBlocks(okta);
  const models = blocks.map((block) => readBlock(block, options, report));
  if (Array.isArray(okta.value)) reportTwins(blocks, report);
  return models;
}

function readBlock(okta: OktaBlock, options: IssuerOptions, report: Report): OktaModel {
  const name = text(at(okta, 'name'));
  const issuers = readIssuers(at(okta, 'issuer'), optionsOf(okta, options), report);
  if (!options.beforeApply) requireIssuer(okta, report);
  const clients = readClients(at(okta, 'clients'), options, report);
  const claims = texts(at(okta, 'groupsClaim')).map(([claim]) => claim);
  return {
    ...(name !== undefined && { name }),
    issuers,
    audience: text(at(okta, 'audience')) ?? '',
    clients,
    groupsClaims: claims.length === 0 ? ['groups'] : claims,
    groupPrefix: text(at(okta, 'groupPrefix')) ?? '',
    ...(has(okta, 'groups') && { groups: texts(at(okta, 'groups')).map(([group]) => group) }),
    maxClockSkewSeconds: readDuration(
      at(okta, 'maxClockSkew'),
      { otherwise: '60s', least: '0s', most: '5m' },
      report,
    ),
    maxTokenLifetimeSeconds: readDuration(
      at(okta, 'maxTokenLifetime'),
      { otherwise: '24h', least: '1s', most: '24h' },
      report,
    ),
  };
}

/** Whether the org of the block stands on this machine. */
function optionsOf(okta: OktaBlock, options: IssuerOptions): IssuerOptions {
  const manage = at(okta, 'manage');
  const org = isObject(manage.value) ? (text(at(manage, 'org')) ?? '') : '';
  return options.localOrgIssuer === true && LOOPBACK_ORG.test(org)
    ? { ...options, loopbackIssuer: true }
    : options;
}

const LOOPBACK_ORG = /^http:\/\/(?:127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?\/?$/;

/** Blocks of a list differ by name and by issuer; each after the first lists its groups. */
function reportTwins(blocks: readonly OktaBlock[], report: Report): void {
  const names = new Set<string>();
  const issuers = new Map<string, number>();
  blocks.forEach((block, index) => {
    reportName(block, names, report);
    if (index > 0 && !has(block, 'groups')) {
      const expected = 'the key `groups` in a further block: the groups that its tokens may carry';
      report.error('KEY_MISSING', block.pointer, { expected, found: 'no such key' });
    }
    for (const [issuer, { pointer }] of texts(at(block, 'issuer'))) {
      const first = issuers.get(issuer) ?? index;
      issuers.set(issuer, first);
      if (first === index) continue;
      const expected = 'an issuer of one block only';
      report.error('ISSUER_DUPLICATE', pointer, { expected, found: `${code(issuer)} again` });
    }
  });
}

function reportName(block: OktaBlock, names: Set<string>, report: Report): void {
  const name = text(at(block, 'name'));
  if (!has(block, 'name')) {
    const expected = 'the key `name` in each block of a list';
    report.error('KEY_MISSING', block.pointer, { expected, found: 'no such key' });
  }
  if (name === undefined) return;
  if (names.has(name)) {
    const expected = 'a different name for each block';
    report.error('VALUE_DUPLICATE', at(block, 'name').pointer, {
      expected,
      found: `${code(name)} again`,
    });
  }
  names.add(name);
}

function readIssuers(cursor: Cursor, options: IssuerOptions, report: Report): readonly string[] {
  const issuers = texts(cursor);
  const sound = issuers.filter(([issuer, { pointer }]) => {
    const fault = judgeIssuer(issuer, options);
    if (fault) report.error(fault.code, pointer, { ...fault.detail, found: code(issuer) });
    return fault === undefined;
  });
  const paths = sound.map(([issuer]) => new URL(issuer).pathname);
  const other = sound[paths.findIndex((path) => path !== paths[0])];
  if (other) {
    const expected = `the same authorization server under another host (\`${paths[0]}\`)`;
    report.error('ISSUERS_DIFFER', other[1].pointer, { expected, found: code(other[0]) });
  }
  const elsewhere = sound.find(
    ([issuer]) => new URL(issuer).origin !== new URL(sound[0]?.[0] ?? issuer).origin,
  );
  if (elsewhere && paths[0] === '/oauth2/default') {
    const says = `every Okta org has an authorization server \`default\`: make sure that ${code(elsewhere[0])} is another host of the same org`;
    report.warn('ISSUERS_DEFAULT', elsewhere[1].pointer, { says });
  }
  return issuers.map(([issuer]) => issuer);
}

interface Fault {
  readonly code: ProblemCode;
  readonly detail: Omit<Detail, 'found'>;
}

/**
 * What is wrong with an issuer. `iss` must equal it exactly, so only the canonical spelling is
 * valid.
 */
function judgeIssuer(issuer: string, { loopbackIssuer = false }: IssuerOptions): Fault | undefined {
  const invalid = (expected: string, nearest?: string): Fault => ({
    code: 'ISSUER_INVALID',
    detail: { expected, nearest },
  });
  const placeholder = /\{[^{}]*\}|<[^<>]*>/.exec(issuer)?.[0];
  if (placeholder !== undefined)
    return invalid(
      `an issuer of your own org in place of the placeholder ${code(placeholder)}, such as \`https://acme.okta.com/oauth2/default\``,
    );
  if (!URL.canParse(issuer))
    return invalid('an issuer URL such as `https://acme.okta.com/oauth2/default`');
  const url = new URL(issuer);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return invalid('an https URL');
  if (url.username !== '' || url.password !== '')
    return invalid('an issuer without user or password');
  if (/[?#]/.test(issuer))
    return invalid('an issuer without query or fragment', issuer.replace(/[?#].*$/, ''));
  const insecure = judgeProtocol(url, loopbackIssuer);
  if (insecure) return insecure;
  const orgHost = orgOfAdminHost(url.hostname);
  if (orgHost !== undefined)
    return invalid(
      'the host of the org, the admin console issues no tokens',
      `${url.protocol}//${orgHost}${url.pathname}`,
    );
  const path = url.pathname.replace(/\/+$/, '');
  const server = /^(.*?\/oauth2\/(?!v1(?:\/|$))[^/]+)/.exec(path)?.[1];
  if (server === undefined) return orgServer(url.origin);
  const canonical = `${url.origin}${server}`;
  const isServer = /^\/oauth2\/[A-Za-z0-9._-]+$/.test(server);
  if (isServer && issuer === canonical) return undefined;
  return invalid(
    'an issuer as it stands in tokens: lower-case host, `/oauth2/` and the id, nothing after it',
    // What is not an issuer either helps nobody.
    isServer ? canonical : undefined,
  );
}

function judgeProtocol({ protocol, hostname }: URL, loopbackIssuer: boolean): Fault | undefined {
  if (protocol === 'https:') return undefined;
  const loopback = /^(?:127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
  if (loopback && loopbackIssuer) return undefined;
  const fix = loopback
    ? 'plain http is for local runs with `loopbackIssuer` only'
    : 'tokens must not be trusted over plain http';
  return { code: 'ISSUER_INSECURE', detail: { expected: 'an https URL', fix } };
}

/** Okta alone may validate tokens of the org authorization server. */
function orgServer(origin: string): Fault {
  return {
    code: 'ISSUER_ORG_SERVER',
    detail: {
      expected: 'the issuer of a custom authorization server',
      fix: 'this is the org authorization server, whose tokens only Okta may validate',
      nearest: `${origin}/oauth2/default`,
    },
  };
}

function requireIssuer(okta: OktaBlock, report: Report): void {
  if (has(okta, 'issuer')) return;
  const managed = has(okta, 'manage');
  const expected =
    'the key `issuer` (an issuer URL such as `https://acme.okta.com/oauth2/default`)';
  const fix = '`okta apply --write` puts it there';
  report.error(
    'KEY_MISSING',
    okta.pointer,
    { expected, found: 'no such key', ...(managed ? { fix } : {}) },
    'key',
  );
}

function readClients(
  cursor: Cursor<string | readonly string[]>,
  { beforeApply = false }: IssuerOptions,
  report: Report,
): OktaModel['clients'] {
  if (is(cursor, 'any')) return 'any';
  const clients = texts(cursor);
  for (const [client, { pointer }] of clients) {
    if (client.startsWith('app:') && !beforeApply) {
      report.error('VALUE_INVALID', pointer, {
        expected: 'a client id',
        found: code(client),
        fix: '`okta apply --write` puts it there',
      });
    }
    if (client === 'any') {
      report.error('VALUE_INVALID', pointer, {
        expected: 'a client id',
        found: '`any` in a list',
        fix: 'write `clients: any`',
      });
    }
  }
  return clients.map(([client]) => client);
}
