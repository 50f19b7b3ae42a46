/** Differences in how fast, and by which ways, a change in Okta revokes tokens. */
import type { RevocationSettings } from '../access-map/sections/revocation-section.ts';
import { type Change, changed, changedSeconds, paired } from './change.ts';

type Revocations = readonly RevocationSettings[];

/**
 * Compares the revocations of each Okta org that both maps follow. An org that is added or removed
 * is reported with its blocks. A change that lets revoked tokens pass for longer, or more of them,
 * widens.
 */
export const diffRevocations = (from: Revocations, to: Revocations): readonly Change[] =>
  paired(from, to, ({ org }) => org).flatMap(({ name, from: was, to: is }) => {
    if (!was || !is) return [];
    const isOnly = from.length === 1 && to.length === 1;
    return diffOrg(isOnly ? 'okta.revocation' : `okta.revocation of ${name}`, was, is);
  });

function diffOrg(
  subject: string,
  was: RevocationSettings,
  is: RevocationSettings,
): readonly Change[] {
  const what = (key: string) => ({ kind: 'trust', subject: `${subject}.${key}` }) as const;
  return [
    ...changedSeconds(what('within'), was.withinSeconds, is.withinSeconds),
    ...changed(
      what('margin'),
      `${was.marginSeconds}s`,
      `${is.marginSeconds}s`,
      is.marginSeconds < was.marginSeconds,
    ),
    ...changed(
      what('onStoreFailure'),
      was.onStoreFailure,
      is.onStoreFailure,
      is.onStoreFailure === 'allow',
    ),
    ...changed(what('hook'), String(was.hook), String(is.hook), !is.hook),
    // Nothing is known here about another hub.
    ...changed(what('hub'), hubText(was), hubText(is), true),
    ...changed(what('poll'), pollText(was), pollText(is), pollLength(is) > pollLength(was)),
    ...changed(what('onAdd'), String(was.onAdd), String(is.onAdd), !is.onAdd),
  ];
}

const hubText = ({ hub }: RevocationSettings): string => (hub === 'own' ? hub : hub.tableArn);

const pollText = ({ pollSeconds }: RevocationSettings): string =>
  pollSeconds === undefined ? 'off' : `${pollSeconds}s`;

const pollLength = ({ pollSeconds }: RevocationSettings): number =>
  pollSeconds ?? Number.POSITIVE_INFINITY;
