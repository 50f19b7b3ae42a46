/**
 * Groups that were renamed in Okta. The claim uses ids and the authorizer uses names: under its new
 * name, a group that denies would silently deny nothing.
 */
import { code } from '../access-map/report/problems.ts';
import { carriedIds } from './claim-names.ts';
import type { DesiredGroup, DesiredOrg, DesiredServer } from './desired-org.ts';
import { findServer } from './find-server.ts';
import { ownersIn } from './ownership.ts';
import { finding, joined, NOTHING, type PlanPart } from './plan-part.ts';
import { groupRef, type References } from './references.ts';
import { foreignOwners } from './server-context.ts';
import type { GroupState, OrgState, ServerState } from './state.ts';

export const renameFindings = (
  desired: DesiredOrg,
  state: OrgState,
  references: References,
): PlanPart =>
  joined(
    ...desired.servers.map((wanted) => {
      const found = findServer(wanted, state);
      if (found.kind !== 'found') return NOTHING;
      const carried = carriedIds(found.server, wanted, 'RESOURCE');
      const named = new Set(desired.groups.map(({ name }) => references.ids.get(groupRef(name))));
      const others = state.groups.filter(({ id }) => carried.has(id) && !named.has(id));
      if (others.length === 0) return NOTHING;
      // Groups of maps that are not given are strangers here too, so they prove nothing.
      const shared = foreignOwners(wanted, found.server).length > 0;
      return joined(
        ...desired.groups
          .filter((group) => wasCarried(group, wanted, found.server, desired))
          .filter((group) => isMissing(group, carried, references))
          .map((group) =>
            finding(
              group.denies && !shared ? 'blocks' : 'warns',
              'GROUP_MAYBE_RENAMED',
              textOf(group, others, shared),
            ),
          ),
      );
    }),
  );

/** Whether an earlier apply may have put the group into the claim. */
function wasCarried(
  { name, maps }: DesiredGroup,
  wanted: DesiredServer,
  server: ServerState | undefined,
  { renamed }: DesiredOrg,
): boolean {
  const owners = (ownersIn(server?.description) ?? []).map((owner) => renamed[owner] ?? owner);
  return maps.some((map) => owners.includes(map)) && wanted.groups.includes(name);
}

/** A group that exists and allows alone is put into the claim by this plan. */
function isMissing(
  { name, denies }: DesiredGroup,
  carried: ReadonlySet<string>,
  { ids }: References,
): boolean {
  const id = ids.get(groupRef(name));
  return id === undefined || (denies && !carried.has(id));
}

function textOf(
  { name, denies }: DesiredGroup,
  others: readonly GroupState[],
  shared: boolean,
): string {
  const listed = others.slice(0, 5).map((group) => `${code(group.name)} (${group.id})`);
  const more = others.length > 5 ? ` and ${others.length - 5} more` : '';
  const who = `group ${code(name)}${denies ? ', which denies,' : ''} is not in the claim, which carries ${listed.join(', ')}${more} under no name of the given maps`;
  const all = shared ? 'give all maps of the server to be sure; ' : '';
  return `${who}: ${all}if it was renamed in Okta, list that name under \`was\` (with its \`id\`, if both names exist). If another group was dropped, apply the maps without ${code(name)} first`;
}
