/**
 * Groups that were renamed in Okta. The claim knows ids and the authorizer names: under its new
 * name a group that denies would deny nothing, without anybody noticing.
 */
import { code } from '../access-map/report/problems.ts';
import type { DesiredGroup, DesiredOrg } from './desired.ts';
import { ownersIn } from './ownership.ts';
import { carriedIds, foreignOwners } from './plan-claims.ts';
import type { Draft } from './plan-draft.ts';
import { groupRef } from './plan-groups.ts';
import { findServer } from './plan-server.ts';
import type { GroupState, OrgState } from './state.ts';

export function noteRenames(desired: DesiredOrg, state: OrgState, draft: Draft): void {
  const named = new Set(desired.groups.map(({ name }) => draft.ids.get(groupRef(name))));
  for (const wanted of desired.servers) {
    const found = findServer(wanted, state.servers);
    if (typeof found === 'string' || !found.server) continue;
    const { server } = found;
    const owners = (ownersIn(server.description) ?? []).map(
      (owner) => desired.renamed[owner] ?? owner,
    );
    const carried = carriedIds(server, wanted, 'RESOURCE');
    const strangers = state.groups.filter(({ id }) => carried.has(id) && !named.has(id));
    if (strangers.length === 0) continue;
    // Groups of maps that are not given are strangers here too, so they prove nothing.
    const shared = foreignOwners(wanted, server).length > 0;
    for (const group of desired.groups) {
      const id = draft.ids.get(groupRef(group.name));
      const isNew =
        !group.maps.some((map) => owners.includes(map)) || !wanted.groups.includes(group.name);
      if (isNew || (id !== undefined && carried.has(id)) || (id !== undefined && !group.denies))
        continue;
      draft.findings.push({
        level: group.denies && !shared ? 'blocks' : 'warns',
        text: textOf(group, strangers, shared),
      });
    }
  }
}

function textOf(
  { name, denies }: DesiredGroup,
  strangers: readonly GroupState[],
  shared: boolean,
): string {
  const listed = strangers.slice(0, 5).map((group) => `${code(group.name)} (${group.id})`);
  const more = strangers.length > 5 ? ` and ${strangers.length - 5} more` : '';
  const who = `group ${code(name)}${denies ? ', which denies,' : ''} is not in the claim, which carries ${listed.join(', ')}${more} under no name of the given maps`;
  const all = shared ? 'give all maps of the server to be sure; ' : '';
  return `${who}: ${all}if it was renamed in Okta, say its name there under \`was\` (and its \`id\`, if a group of the old name exists too); if another group was dropped, apply the maps without ${code(name)} first`;
}
