/**
 * Differences of what `okta apply` will set up, and of the map's own tests: parts of a file that
 * its deployed stack does not keep.
 */
import { hasBit } from '../../lambda/core/model/bits.ts';
import type { ModelFile } from '../../lambda/core/model/model-file.ts';
import type { OktaSide } from '../access-map/sections/manage-section.ts';
import type { ManagedApp } from '../access-map/sections/managed-apps.ts';
import type { AccessMapTest } from '../access-map/sections/tests-section.ts';
import {
  ADDED_WIDENS,
  ALWAYS_WIDENS,
  type Change,
  changed,
  changedSet,
  NEVER_WIDENS,
  paired,
} from './change.ts';

interface Managed {
  readonly name: string;
  readonly oktaSides?: readonly OktaSide[];
}

/**
 * Compares each block with `manage`. The first block carries the map's own name, whatever the block
 * is called.
 */
export function diffOktaSides(from: Managed, to: Managed): readonly Change[] {
  const named = ({ name, oktaSides = [] }: Managed) =>
    oktaSides.map((side) => ({ side, key: side.map === name ? '' : (side.block ?? '') }));
  return paired(named(from), named(to), ({ key }) => key).flatMap(({ name, from: was, to: is }) =>
    diffOktaSide(name === '' ? 'okta.manage' : `okta.${name}.manage`, was?.side, is?.side),
  );
}

/** `undefined` where a block has no `manage`. */
function diffOktaSide(
  subject: string,
  was: OktaSide | undefined,
  is: OktaSide | undefined,
): readonly Change[] {
  const what = (key: string) => ({ kind: 'trust', subject: `${subject}.${key}` }) as const;
  // A map without `manage` has nothing that could widen.
  const both = was !== undefined && is !== undefined;
  const longer = (is?.tokenLifetimeMinutes ?? 0) > (was?.tokenLifetimeMinutes ?? Infinity);
  return [
    ...changed(what('org'), was?.org, is?.org, both),
    ...changed(what('server'), was?.server, is?.server, both),
    ...changedSet(what('was'), was?.was ?? [], is?.was ?? [], ADDED_WIDENS),
    ...changed(what('issuerMode'), was?.issuerMode, is?.issuerMode, both),
    ...changed(what('tokenLifetime'), minutes(was), minutes(is), longer),
    ...diffRefreshLifetime(what('refreshTokenLifetime'), was, is),
    ...changedSet(what('accepted'), was?.accepted ?? [], is?.accepted ?? [], ADDED_WIDENS),
    ...(['createGroups', 'idTokenGroups', 'scopes'] as const).flatMap((key) =>
      changed(what(key), String(was?.[key] ?? false), String(is?.[key] ?? false), false),
    ),
    ...paired(was?.apps ?? [], is?.apps ?? [], ({ label }) => label).flatMap(({ name, from, to }) =>
      diffApp(what(`apps.${name}`), from, to),
    ),
    ...diffMembership(was, is),
  ];
}

const minutes = (side: OktaSide | undefined): string | undefined =>
  side && `${side.tokenLifetimeMinutes}m`;

/** Absent, it is what Okta has: a new rule gets 30 days, so anything longer may widen. */
function diffRefreshLifetime(
  what: Pick<Change, 'kind' | 'subject'>,
  was: OktaSide | undefined,
  is: OktaSide | undefined,
): readonly Change[] {
  const length = (side: OktaSide | undefined): number =>
    side?.refreshTokenMinutes === 0 ? Infinity : (side?.refreshTokenMinutes ?? 43_200);
  const shown = (side: OktaSide | undefined): string | undefined => {
    if (side?.refreshTokenMinutes === undefined) return undefined;
    return side.refreshTokenMinutes === 0 ? 'unlimited' : `${side.refreshTokenMinutes}m`;
  };
  return changed(what, shown(was), shown(is), is !== undefined && length(is) > length(was));
}

function diffApp(
  what: Pick<Change, 'kind' | 'subject'>,
  from: ManagedApp | undefined,
  to: ManagedApp | undefined,
): readonly Change[] {
  const of = (key: string) => ({ ...what, subject: `${what.subject}.${key}` });
  return [
    ...changed(of('type'), from?.type, to?.type, to !== undefined),
    ...changedSet(
      of('redirectUris'),
      from?.redirectUris ?? [],
      to?.redirectUris ?? [],
      ADDED_WIDENS,
    ),
    ...changedSet(of('groups'), from?.groups ?? [], to?.groups ?? [], ADDED_WIDENS),
    ...changed(of('authMethod'), from?.authMethod, to?.authMethod, to !== undefined),
    ...changedSet(of('grants'), from?.grants ?? [], to?.grants ?? [], ADDED_WIDENS),
    ...changed(of('pkce'), shownFlag(from?.pkce), shownFlag(to?.pkce), to?.pkce === false),
  ];
}

const shownFlag = (flag: boolean | undefined): string | undefined =>
  flag === undefined ? undefined : String(flag);

/**
 * Group rules decide who is a member; ids decide which of several groups of one name is meant.
 * Neither can be ordered.
 */
function diffMembership(was: OktaSide | undefined, is: OktaSide | undefined): readonly Change[] {
  return paired(was?.groups ?? [], is?.groups ?? [], ({ name }) => name).flatMap(
    ({ name, from, to }) =>
      (['id', 'rule'] as const).flatMap((key) =>
        changedSet(
          { kind: 'trust', subject: `groups.${name}.${key}` },
          listed(from?.[key]),
          listed(to?.[key]),
          ALWAYS_WIDENS,
        ),
      ),
  );
}

const listed = (text: string | undefined): readonly string[] => (text === undefined ? [] : [text]);

interface Tested {
  readonly tests: readonly AccessMapTest[];
  readonly model: Pick<ModelFile, 'routes'>;
}

/** A test checks a cell and grants none. */
export const diffTests = (from: Tested, to: Tested): readonly Change[] =>
  changedSet(
    { kind: 'setting', subject: 'tests' },
    assertionsOf(from),
    assertionsOf(to),
    NEVER_WIDENS,
  );

/** `readers with admins may call GET /orders`, once for each. */
function assertionsOf({ tests, model }: Tested): readonly string[] {
  const lines = tests.flatMap(({ subject, scopes, allows, denies, mode }) => {
    const who =
      subject.kind === 'machine'
        ? `machine ${subject.cid}`
        : subject.groups.toSorted().join(' with ') || 'a token without groups';
    const caller =
      scopes === undefined ? who : `${who} asking for ${scopes.toSorted().join(' ') || 'nothing'}`;
    const keys = (patterns: AccessMapTest['allows']): readonly string[] =>
      model.routes.flatMap(({ key }, index) =>
        patterns.some(({ routes }) => hasBit(routes, index)) ? [key] : [],
      );
    const once = mode === 'shadow' ? ' once enforced' : '';
    return [
      ...keys(allows).map((key) => `${caller} may call ${key}${once}`),
      ...keys(denies).map((key) => `${caller} may not call ${key}${once}`),
    ];
  });
  return [...new Set(lines)];
}
