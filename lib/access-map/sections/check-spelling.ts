/**
 * Names are compared letter by letter: one that reads as a pattern matches nothing, and one that
 * cannot be meant as it stands is another name than the one in tokens.
 */
import unhomoglyph from 'unhomoglyph';
import { EVERYONE } from '../../../lambda/core/model/model-file.ts';
import {
  at,
  type Cursor,
  entries,
  is,
  items,
  oneOrMore,
  type Report,
  texts,
} from '../report/cursor.ts';
import { code } from '../report/problems.ts';
import type { AccessMapInput } from '../schema/schema.ts';
import { oktaBlocks } from './okta-section.ts';

/** Whether a name has a letter that patterns have. */
export const readsAsPattern = (name: string): boolean => /[*?]/.test(name);

/** What to write in place of a pattern of groups, or of clients. */
export const NAME_FIX = {
  group:
    'names are compared letter by letter: list the groups, set `okta.groupPrefix`, or use `everyone` for every user',
  client: 'client ids are compared letter by letter: list them',
} as const;

export function checkSpelling(root: Cursor<AccessMapInput>, report: Report): void {
  const groups = entries(at(root, 'groups'));
  const literal = new Set(
    groups.flatMap(([name, group]) => (is(at(group, 'literal'), true) ? [name] : [])),
  );
  for (const [name, group] of groups) {
    if (literal.has(name)) continue;
    refusePattern(name, { pointer: group.pointer, where: 'key' }, 'group', report);
    for (const [old, { pointer }] of texts(at(group, 'was')))
      refusePattern(old, { pointer }, 'group', report);
  }
  for (const list of groupLists(root))
    for (const [name, { pointer }] of texts(list))
      if (!literal.has(name)) refusePattern(name, { pointer }, 'group', report);
  checkClients(root, report);
  checkReserved(groups, report);
  for (const section of ['groups', 'machines', 'permissions', 'quotas'] as const)
    warnOfLookalikes(
      entries(at(root, section) as Cursor<Readonly<Record<string, unknown>>>),
      section,
      report,
    );
}

/** Lists that name groups of the section `groups`. */
function groupLists(root: Cursor<AccessMapInput>): readonly Cursor[] {
  const blocks = oktaBlocks(at(root, 'okta'));
  return [
    ...entries(at(root, 'machines')).map(([, machine]) => at(machine, 'groups')),
    ...items(at(root, 'conflicts')).map((conflict) => at(conflict, 'groups')),
    ...items(at(root, 'tests')).map((test) => at(test, 'groups')),
    ...blocks.map((block) => at(block, 'groups')),
    ...blocks.flatMap((block) =>
      items(at(at(block, 'manage'), 'apps')).map((app) => at(app, 'groups')),
    ),
  ];
}

/** No client id has such a letter, so the name can only be a pattern. */
function checkClients(root: Cursor<AccessMapInput>, report: Report): void {
  for (const [cid, { pointer }] of entries(at(root, 'machines')))
    refusePattern(cid, { pointer, where: 'key' }, 'client', report);
  const lists: readonly Cursor[] = [
    at(at(root, 'blocked'), 'clients'),
    ...items(at(root, 'tests')).map((test) => at(test, 'machine')),
    ...oneOrMore(at(root, 'okta')).map((block) => at(block, 'clients')),
  ];
  // `app:LABEL` is the label of an app, which Okta compares with its own.
  for (const list of lists)
    for (const [cid, { pointer }] of texts(list))
      if (!cid.startsWith('app:')) refusePattern(cid, { pointer }, 'client', report);
}

function refusePattern(
  name: string,
  { pointer, where = 'value' }: { readonly pointer: string; readonly where?: 'key' | 'value' },
  of: keyof typeof NAME_FIX,
  report: Report,
): void {
  if (!readsAsPattern(name)) return;
  const literal =
    of === 'group' ? '; set `literal: true` if that is the real name of the group' : '';
  report.error(
    'NAME_WILDCARD',
    pointer,
    {
      expected: of === 'group' ? 'the name of a group' : 'a client id',
      found: `${code(name)}, which is no pattern here`,
      fix: `${NAME_FIX[of]}${literal}`,
    },
    where,
  );
}

function checkReserved(groups: readonly (readonly [string, Cursor])[], report: Report): void {
  for (const [name, { pointer }] of groups) {
    if (name === EVERYONE)
      report.error(
        'NAME_RESERVED',
        pointer,
        {
          expected: 'a group of Okta',
          found: `the reserved word ${code(EVERYONE)}`,
          fix: 'what every user may call belongs in the section `everyone` beside `groups`',
        },
        'key',
      );
    if (name === 'Everyone')
      report.warn(
        'NAME_SUSPECT',
        pointer,
        {
          says: `${code(name)} is Okta's group of all users, which tokens carry only where the filter of the claim includes it: the section \`everyone\` holds for every user without it`,
        },
        'key',
      );
  }
}

/** An id of a group, which tokens do not carry as a name. */
const GROUP_ID = /^00g[0-9A-Za-z]{4,}$/;

function warnOfLookalikes(
  names: readonly (readonly [string, Cursor])[],
  section: string,
  report: Report,
): void {
  const byLook = new Map<string, string>();
  for (const [name, { pointer }] of names) {
    const warn = (says: string): void => report.warn('NAME_SUSPECT', pointer, { says }, 'key');
    if (section === 'groups' && GROUP_ID.test(name))
      warn(
        `${code(name)} looks like the id of a group: \`groups\` has names, \`id\` is a key of each`,
      );
    for (const look of looksOf(name)) {
      const lookalike = byLook.get(look);
      if (lookalike !== undefined && lookalike !== name)
        warn(
          `${code(name)} and ${code(lookalike)} look alike and are two names: ${differenceOf(name, lookalike)}`,
        );
      else byLook.set(look, name);
    }
  }
}

/**
 * Case and width folded; of a name beyond ASCII what it looks like as well, so that `team1` and
 * `teaml`, which one alphabet tells apart, are left alone. Source: Unicode Technical Standard 39.
 */
function looksOf(name: string): readonly string[] {
  const folded = name.normalize('NFKC').toLowerCase();
  const isAscii = /^[\0-\x7f]*$/.test(name);
  return isAscii ? [folded] : [folded, unhomoglyph(folded).toLowerCase()];
}

function differenceOf(name: string, lookalike: string): string {
  if (name.toLowerCase() === lookalike.toLowerCase())
    return 'they differ only in upper and lower case';
  const foreign =
    [...name].find((letter) => letter > '\x7f') ?? [...lookalike].find((letter) => letter > '\x7f');
  const point = foreign?.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0') ?? '';
  return `one has ${code(foreign ?? '')} (U+${point})`;
}
