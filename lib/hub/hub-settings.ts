/** The combined settings of the maps of a hub: org, groups, hook and poll. */
import type { HubSettings } from '../../lambda/core/contract/hub.ts';
import { MINUTE_SECONDS } from '../../lambda/core/contract/periods.ts';
import type { GrantsFile, ModelFile } from '../../lambda/core/model/model-file.ts';
import type { AccessMap } from '../access-map/index.ts';
import { code } from '../access-map/report/problems.ts';

/** The revocation settings of a map for one Okta org. */
type MapRevocation = AccessMap['revocations'][number];

export interface HubOfMaps extends HubSettings {
  /** Undefined: no map has the poll. */
  readonly pollSeconds: number | undefined;
}

/**
 * @param named host of the org, where maps name several.
 * @throws Error where no map has `okta.revocation`, or they name several orgs and none is chosen.
 */
export function hubOfMaps(maps: readonly AccessMap[], named: string | undefined): HubOfMaps {
  const orgs = [...new Set(maps.flatMap(({ revocations }) => revocations.map(({ org }) => org)))];
  const org = named ?? orgs[0];
  if (org === undefined || !orgs.includes(org) || (named === undefined && orgs.length > 1))
    throw new Error(
      `expected maps with \`okta.revocation\` of one Okta org${named === undefined ? '' : ` (${code(named)})`}, found ${orgs.length === 0 ? 'none' : orgs.map(code).join(', ')}`,
    );
  const of = maps.flatMap((map) =>
    map.revocations.filter((one) => one.org === org).map((revocation) => ({ map, revocation })),
  );
  const polls = of.flatMap(({ revocation: { pollSeconds } }) => pollSeconds ?? []);
  return {
    org,
    hosts: hostsOf(
      org,
      of.map(({ map }) => map.model),
    ),
    groups: {
      removed: unique(of.flatMap(({ map }) => oktaNames(map.model, org, () => true))),
      added: unique(
        of.flatMap(({ map, revocation }) =>
          oktaNames(map.model, org, addedIn(map.model, revocation)),
        ),
      ),
    },
    hook: of.some(({ revocation: { hook } }) => hook),
    // A schedule knows whole minutes: rather too often than later than the map says.
    pollSeconds: polls.length === 0 ? undefined : wholeMinutes(Math.min(...polls)),
  };
}

const wholeMinutes = (seconds: number): number =>
  Math.max(1, Math.floor(seconds / MINUTE_SECONDS)) * MINUTE_SECONDS;

const unique = (texts: readonly string[]): readonly string[] => [...new Set(texts)].toSorted();

/** Deliveries name the org by its own host or by a custom domain, which issuers have too. */
const hostsOf = (org: string, models: readonly ModelFile[]): readonly string[] =>
  unique([
    org,
    ...models
      .flatMap(({ okta }) => okta.flatMap(({ issuers }) => issuers))
      .map((issuer) => new URL(issuer).host),
  ]);

type IsCounted = (group: ModelFile['groups'][number]) => boolean;

/** Names of groups in the org, with the prefixes that the map's blocks of it strip. */
function oktaNames(
  { groups, okta }: ModelFile,
  org: string,
  isCounted: IsCounted,
): readonly string[] {
  const names = groups.filter(isCounted).flatMap(({ name, was = [] }) => [name, ...was]);
  const ofOrg = okta.filter(({ revokedBy }) => revokedBy === org);
  return ofOrg.flatMap(({ groupPrefix }) => names.map((name) => groupPrefix + name));
}

/** A token that lacks the group allows more than it should; with `onAdd` less, too. */
const addedIn =
  ({ conflicts = [] }: ModelFile, { onAdd }: Pick<MapRevocation, 'onAdd'>): IsCounted =>
  (group) =>
    onAdd || deniesAnything(group) || conflicts.some(({ groups }) => groups.includes(group.name));

/** A row in hexadecimal digits: no bit is set where all are 0. */
const deniesAnything = ({ deny }: GrantsFile): boolean => /[^0]/.test(deny);
