/** Reads the okta blocks: whose tokens are accepted. */
import { isLoopbackHttp } from '../../../lambda/core/contract/loopback.ts';
import { isObject } from '../../../lambda/core/json/json-object.ts';
import type { OktaModel } from '../../../lambda/core/model/model-file.ts';
import { at, type Cursor, has, is, oneOrMore, type Report, text, texts } from '../report/cursor.ts';
import { readDuration } from '../report/durations.ts';
import { code } from '../report/problems.ts';
import type { MapSection } from '../schema/schema.ts';
import { type IssuerOptions, readIssuers } from './okta-issuers.ts';

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
  if (Array.isArray(okta.value)) reportDuplicates(blocks, report);
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

/** Whether the org of the block is on this machine. */
function optionsOf(okta: OktaBlock, options: IssuerOptions): IssuerOptions {
  const manage = at(okta, 'manage');
  const org = isObject(manage.value) ? (text(at(manage, 'org')) ?? '') : '';
  return options.localOrgIssuer === true && URL.canParse(org) && isLoopbackHttp(new URL(org))
    ? { ...options, loopbackIssuer: true }
    : options;
}

/** Blocks of a list differ by name and by issuer; each after the first lists its groups. */
function reportDuplicates(blocks: readonly OktaBlock[], report: Report): void {
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
