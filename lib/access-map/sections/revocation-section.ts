/** Reads `okta.revocation`: how fast a change in Okta revokes tokens, once for each Okta org. */

import { isOktaHost, orgFault } from '../../../lambda/core/contract/okta-hosts.ts';
import {
  MARGIN_SECONDS,
  POLL_PERIOD,
  WITHIN_SECONDS,
} from '../../../lambda/core/contract/revocation.ts';
import { boundSentence } from '../../../lambda/core/contract/revocation-bound.ts';
import { isObject } from '../../../lambda/core/json/json-object.ts';
import type { OktaModel, RevocationFile } from '../../../lambda/core/model/model-file.ts';
import { at, type Cursor, choice, is, type Report, text } from '../report/cursor.ts';
import { readDuration } from '../report/durations.ts';
import { code } from '../report/problems.ts';
import type { OktaBlock, RevocationInput } from './okta-section.ts';

export interface RevocationSettings {
  /** Canonical host of the Okta org, such as `acme.okta.com`. */
  readonly org: string;
  /** Longest age of the list, as WITHIN_SECONDS bounds it. */
  readonly withinSeconds: number;
  /** At most as MARGIN_SECONDS says. */
  readonly marginSeconds: number;
  readonly onStoreFailure: 'allow' | 'deny';
  /** Whether an event hook feeds the hub. */
  readonly hook: boolean;
  /** A hub in the API's own stack, or the ARN of another one's table. */
  readonly hub: 'own' | { readonly tableArn: string };
  /** Period of the poll, as POLL_PERIOD bounds it; absent: there is none. */
  readonly pollSeconds?: number;
  /** Whether joining any mapped group revokes older tokens. */
  readonly onAdd: boolean;
}

/** One for each Okta org of which a block has the key, in the order of the blocks. */
export function readRevocations(
  blocks: readonly OktaBlock[],
  report: Report,
): readonly RevocationSettings[] {
  const settings = new Map<string, RevocationSettings>();
  for (const block of blocks) {
    const cursor = at(block, 'revocation');
    if (!isObject(cursor.value)) continue;
    checkOrg(at(cursor, 'org'), report);
    const read = readOne(cursor, orgOf(block), report);
    if (settings.has(read.org)) {
      const expected =
        'the key `revocation` in one block for each Okta org; it applies to all its blocks';
      const found = `a second one for ${code(read.org)}`;
      report.error('KEY_CONFLICT', cursor.pointer, { expected, found }, 'key');
    } else settings.set(read.org, read);
  }
  if (settings.size > 0) warnOfOthers(blocks, settings, report);
  return [...settings.values()];
}

/** One that is not named here is that of `manage.org` or of an issuer, which are checked there. */
function checkOrg(cursor: Cursor, report: Report): void {
  const org = text(cursor);
  const fault = org === undefined ? undefined : orgFault(org);
  if (org !== undefined && fault)
    report.error('VALUE_INVALID', cursor.pointer, { ...fault, found: code(org) });
}

/** Changes in an org that no entry names revoke no token. */
function warnOfOthers(
  blocks: readonly OktaBlock[],
  settings: ReadonlyMap<string, RevocationSettings>,
  report: Report,
): void {
  for (const block of blocks) {
    const org = orgOf(block);
    if (settings.has(org)) continue;
    const says = `tokens of this block are valid until they expire: ${code(org)} has no \`revocation\`, as another block has for its Okta org`;
    report.warn('REVOCATION_PARTIAL', block.pointer, { says });
  }
}

const readOne = (
  revocation: Cursor<RevocationInput>,
  org: string,
  report: Report,
): RevocationSettings => {
  const { least, most, otherwise } = WITHIN_SECONDS;
  const tableArn = is(at(revocation, 'hub'), 'own') ? undefined : text(at(revocation, 'hub'));
  const poll = at(revocation, 'poll');
  const polls = text(poll) !== undefined && !is(poll, 'off');
  return {
    org,
    withinSeconds: readDuration(
      at(revocation, 'within'),
      { otherwise: `${otherwise}s`, least: `${least}s`, most: `${most}s` },
      report,
    ),
    marginSeconds: readDuration(
      at(revocation, 'margin'),
      { otherwise: `${MARGIN_SECONDS.otherwise}s`, least: '0s', most: `${MARGIN_SECONDS.most}s` },
      report,
    ),
    onStoreFailure: choice(at(revocation, 'onStoreFailure'), ['deny']) ?? 'allow',
    hook: !is(at(revocation, 'hook'), false),
    hub: tableArn === undefined ? 'own' : { tableArn },
    ...(polls && {
      pollSeconds: readDuration(poll, POLL_PERIOD, report),
    }),
    onAdd: is(at(revocation, 'onAdd'), true),
  };
};

/** Lower case; with the port where an org on this machine has one. */
function orgOf(block: OktaBlock): string {
  const revocation = at(block, 'revocation');
  const given = isObject(revocation.value) ? text(at(revocation, 'org')) : undefined;
  if (given !== undefined) return given;
  const manage = at(block, 'manage');
  const managed = isObject(manage.value) ? hostOf(text(at(manage, 'org'))) : undefined;
  if (managed !== undefined) return managed;
  const { value } = at(block, 'issuer');
  const hosts = (Array.isArray(value) ? (value as readonly unknown[]) : [value]).flatMap(
    (issuer) => hostOf(issuer) ?? [],
  );
  return hosts.find(isOktaHost) ?? hosts[0] ?? '';
}

const hostOf = (url: unknown): string | undefined =>
  typeof url === 'string' && URL.canParse(url) ? new URL(url).host : undefined;

/** What the authorizer needs of it. */
export const revocationFile = ({
  org,
  withinSeconds,
  marginSeconds,
  onStoreFailure,
}: RevocationSettings): RevocationFile => ({
  ...{ org, withinSeconds, marginSeconds },
  ...(onStoreFailure === 'deny' && { onStoreFailure }),
});

/** The blocks, each with the org whose list its tokens are evaluated by. */
export const withRevocations = (
  models: readonly OktaModel[],
  blocks: readonly OktaBlock[],
  settings: readonly RevocationSettings[],
): readonly OktaModel[] =>
  models.map((model, index) => {
    const block = blocks[index];
    const org = block && orgOf(block);
    return settings.some((one) => one.org === org) && org !== undefined
      ? { ...model, revokedBy: org }
      : model;
  });

/** How long a revoked token may still pass, for each Okta org of a map. */
export const revocationBounds = ({
  revocations,
  cache,
}: {
  readonly revocations: readonly RevocationSettings[];
  readonly cache: { readonly ttlSeconds: number };
}): readonly { readonly org: string; readonly sentence: string }[] =>
  revocations.map((one) => ({
    org: one.org,
    sentence: boundSentence({ ...one, ttlSeconds: cache.ttlSeconds }),
  }));
