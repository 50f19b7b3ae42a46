/**
 * Maps whose `api.name` changed: their objects in Okta carry the former name. An apply would create
 * all of them again, and no later apply would manage the old ones.
 */
import { code } from '../access-map/report/problems.ts';
import { givenNames } from './desired.ts';
import type { DesiredOrg } from './desired-org.ts';
import { isOwnedName, originOwners, ownersIn } from './ownership.ts';
import { finding, joined, type PlanPart } from './plan-part.ts';
import { isMappedServer } from './server-identity.ts';
import type { OrgState } from './state.ts';

/** Reports a map that owns nothing yet while maps that are not given own what it wants. */
export function formerNameFindings(desired: DesiredOrg, state: OrgState): PlanPart {
  const known = new Set(ownersOf(state).flatMap((owner) => desired.renamed[owner] ?? owner));
  const isNew = (map: string): boolean =>
    !known.has(map) && !state.groupRules.some(({ name }) => isOwnedName(name, map));
  return joined(...desired.maps.filter(isNew).map((map) => findingsOf(map, desired, state)));
}

function findingsOf(map: string, desired: DesiredOrg, state: OrgState): PlanPart {
  const given = givenNames(desired);
  const owned = wantedOf(map, desired, state);
  const owners = new Set(owned.flatMap((each) => each.owners));
  const others = [...owners].filter((owner) => !given.includes(owner));
  return joined(
    ...others.map((other) => {
      const what = owned.filter((each) => each.owners.includes(other)).map(({ shown }) => shown);
      const text = `map ${code(map)} owns nothing in the org yet, and ${code(other)} owns what it wants: ${what.join(', ')}. If \`api.name\` was ${code(other)}, set \`okta.manage.was: [${other}]\`, and they become those of ${code(map)}; else new ones are made beside them`;
      return finding('warns', 'MAP_FORMER_NAME', text);
    }),
  );
}

const ownersOf = ({ servers, apps, origins }: OrgState): readonly string[] => [
  ...servers
    .flatMap(({ description, policies, scopes }) => [
      description,
      ...[...policies, ...scopes].map((each) => each.description),
    ])
    .flatMap((description) => ownersIn(description) ?? []),
  ...apps.flatMap(({ notes }) => ownersIn(notes) ?? []),
  ...origins.flatMap(({ name }) => originOwners(name) ?? []),
];

interface Owned {
  readonly shown: string;
  readonly owners: readonly string[];
}

/** Objects of ours that the map means by name, or, for a server, by its audience. */
function wantedOf(map: string, desired: DesiredOrg, state: OrgState): readonly Owned[] {
  const { servers, apps } = state;
  const wanted = desired.servers.filter(({ maps }) => maps.includes(map));
  const matchingName = servers.filter((existing) =>
    wanted.some(
      (server) =>
        isMappedServer(server, existing, state) ||
        server.name === existing.name ||
        existing.audiences.includes(server.audience),
    ),
  );
  const labels = desired.apps.filter(({ maps }) => maps.includes(map)).map(({ label }) => label);
  return [
    ...matchingName.map(({ name, description }) => ({
      shown: `server ${code(name)}`,
      owners: ownersIn(description) ?? [],
    })),
    ...apps
      .filter(({ label }) => labels.includes(label))
      .map(({ label, notes }) => ({ shown: `app ${code(label)}`, owners: ownersIn(notes) ?? [] })),
  ];
}
