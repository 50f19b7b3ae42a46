/** The names of the groups claims of a server: `groups`, then `groups_2`, `groups_3`. */
import { type ClaimFilter, idsInExpression } from './claim-filter.ts';
import type { DesiredServer } from './desired-org.ts';
import type { ServerState } from './state.ts';

/** The form of the name is not enough: somebody else may use the same form for another claim. */
export const isOurClaim = (name: string, filter: ClaimFilter, claims: readonly string[]): boolean =>
  idsInExpression(filter) !== undefined &&
  (claims.includes(name) || /^groups(?:_\d+)?$/.test(name) || claimNumber(name, claims) > 0);

/** 2 of `groups_2`; 0 for a name that is not numbered after the first claim. */
export const claimNumber = (name: string, [first = 'groups']: readonly string[]): number =>
  name.startsWith(`${first}_`)
    ? Number(/^[1-9]\d*$/.exec(name.slice(first.length + 1))?.[0] ?? 0)
    : 0;

export const nextClaimName = (claims: readonly string[], index: number): string =>
  `${claims[0] ?? 'groups'}_${index + 1}`;

/** The names that `okta.groupsClaim` must list for that many claims. */
export const claimNames = (claims: readonly string[], count: number): readonly string[] =>
  Array.from(
    { length: Math.max(count, claims.length) },
    (_, index) => claims[index] ?? nextClaimName(claims, index),
  );

/** The ids that our claims put into tokens; of claims of one type, if it is given. */
export const carriedIds = (
  { claims }: ServerState,
  { claims: names }: DesiredServer,
  type?: string,
): ReadonlySet<string> =>
  new Set(
    claims
      .filter(
        ({ name, claimType, ...filter }) =>
          isOurClaim(name, filter, names) && (type === undefined || claimType === type),
      )
      .flatMap((claim) => idsInExpression(claim) ?? []),
  );
