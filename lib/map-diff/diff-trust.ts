/** Differences of whose tokens are accepted: okta blocks, and who is blocked. */
import { hasBit } from '../../lambda/core/model/bits.ts';
import type { AccessModel } from '../../lambda/core/model/model.ts';
import type { OktaModel } from '../../lambda/core/model/model-file.ts';
import {
  ADDED_WIDENS,
  ALWAYS_WIDENS,
  type Change,
  changed,
  changedRest,
  changedSeconds,
  changedSet,
  NEVER_WIDENS,
  paired,
} from './change.ts';

export function diffTrust(from: AccessModel, to: AccessModel): readonly Change[] {
  return [
    ...pairedBlocks(from.okta, to.okta).flatMap(diffBlock),
    ...diffBlocked(from, to),
    ...diffPaths(from, to),
  ];
}

interface BlockPair {
  readonly from: OktaModel | undefined;
  readonly to: OktaModel | undefined;
}

/** By name; a block of another name that shares an issuer is the same authorization server. */
function pairedBlocks(from: readonly OktaModel[], to: readonly OktaModel[]): readonly BlockPair[] {
  const pairs = paired(from, to, ({ name }) => name ?? '');
  const come = new Set(pairs.flatMap((pair) => (pair.from ? [] : (pair.to ?? []))));
  const found = pairs.flatMap((pair): readonly BlockPair[] => {
    if (!pair.from) return [];
    if (pair.to) return [pair];
    const { issuers } = pair.from;
    const renamed = [...come].find((block) =>
      block.issuers.some((issuer) => issuers.includes(issuer)),
    );
    if (renamed) come.delete(renamed);
    return [{ from: pair.from, to: renamed }];
  });
  return [...found, ...[...come].map((block) => ({ from: undefined, to: block }))];
}

const subjectOf = ({ name }: OktaModel): string => (name === undefined ? 'okta' : `okta.${name}`);

function diffBlock({ from, to }: BlockPair): readonly Change[] {
  if (from && to) return diffOkta(subjectOf(to), from, to);
  return [from, to].flatMap((block) =>
    block
      ? changed(
          { kind: 'trust', subject: subjectOf(block) },
          from?.issuers.join(' '),
          to?.issuers.join(' '),
          to !== undefined,
        )
      : [],
  );
}

function diffOkta(subject: string, was: OktaModel, is: OktaModel): readonly Change[] {
  const what = (key: string) => ({ kind: 'trust', subject: `${subject}.${key}` }) as const;
  const clients = ({ clients }: OktaModel): readonly string[] =>
    clients === 'any' ? ['any'] : clients;
  return [
    // Each block counts quotas under its name; under another name, counting starts at zero.
    ...changed(what('name'), was.name, is.name, true),
    ...changedSet(what('issuer'), was.issuers, is.issuers, ADDED_WIDENS),
    ...changed(what('audience'), was.audience, is.audience, true),
    // A list of clients instead of any client admits no new client.
    ...changedSet(
      what('clients'),
      clients(was),
      clients(is),
      was.clients === 'any' ? NEVER_WIDENS : ADDED_WIDENS,
    ),
    // A claim or group that the map no longer reads may have been the one that denied.
    ...changedSet(what('groupsClaim'), was.groupsClaims, is.groupsClaims, ALWAYS_WIDENS),
    ...changedSet(what('groups'), was.groups ?? ALL_GROUPS, is.groups ?? ALL_GROUPS, ALWAYS_WIDENS),
    ...changed(
      what('groupPrefix'),
      was.groupPrefix || undefined,
      is.groupPrefix || undefined,
      true,
    ),
    ...changedSeconds(what('maxClockSkew'), was.maxClockSkewSeconds, is.maxClockSkewSeconds),
    ...changedSeconds(
      what('maxTokenLifetime'),
      was.maxTokenLifetimeSeconds,
      is.maxTokenLifetimeSeconds,
    ),
    // Without revocation the tokens of an org are valid until they expire; another org's list does
    // not cover them.
    ...changed(what('revocation'), was.revokedBy, is.revokedBy, was.revokedBy !== undefined),
    ...changedRest(what, was, is, OKTA_KEYS),
  ];
}

const ALL_GROUPS = ['all groups'];

const OKTA_KEYS = [
  ...['name', 'issuers', 'audience', 'clients', 'groupsClaims', 'groupPrefix', 'groups'],
  ...['maxClockSkewSeconds', 'maxTokenLifetimeSeconds', 'revokedBy'],
];

/** What the map says of how the back end reads paths: fewer readings refuse fewer calls. */
function diffPaths(from: AccessModel, to: AccessModel): readonly Change[] {
  const exact = ({ routes, exactPaths }: AccessModel): readonly string[] =>
    routes.flatMap(({ key }, index) => (hasBit(exactPaths, index) ? [key] : []));
  const reported = ({ routes, reportPaths }: AccessModel): readonly string[] =>
    routes.flatMap(({ key }, index) => (hasBit(reportPaths, index) ? [`${key} (report)`] : []));
  const trusted = (model: AccessModel): readonly string[] => [...exact(model), ...reported(model)];
  const bases = ({ basePaths }: AccessModel): string | undefined =>
    basePaths && `[${basePaths.join(', ')}]`;
  return [
    ...changedSet(
      { kind: 'trust', subject: 'api.paths' },
      trusted(from),
      trusted(to),
      ADDED_WIDENS,
    ),
    // Another list leaves out readings that the other one has.
    ...changed({ kind: 'trust', subject: 'api.basePaths' }, bases(from), bases(to), true),
  ];
}

function diffBlocked(from: AccessModel, to: AccessModel): readonly Change[] {
  return (['users', 'clients', 'tokens'] as const).flatMap((key) =>
    changedSet(
      { kind: 'trust', subject: `blocked.${key}` },
      [...from.blocked[key]],
      [...to.blocked[key]],
      { added: false, removed: true },
    ),
  );
}
