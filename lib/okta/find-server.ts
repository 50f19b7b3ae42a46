/** Which authorization server of the org the maps mean. */
import { code } from '../access-map/report/problems.ts';
import type { DesiredServer } from './desired-org.ts';
import { ownersIn } from './ownership.ts';
import type { ServerState } from './state.ts';

/** The server that the maps mean, none yet, or why it cannot be used. */
export type FoundServer = { readonly server?: ServerState } | string;

export function findServer(wanted: DesiredServer, servers: readonly ServerState[]): FoundServer {
  const advice = `choose another name with \`okta.manage.server\`, such as ${code(availableName(wanted.name, servers))}`;
  const [id] = wanted.ids;
  return id === undefined ? serverOfName(wanted, servers, advice) : serverOfId(id, servers, advice);
}

function serverOfId(id: string, servers: readonly ServerState[], advice: string): FoundServer {
  const server = servers.find((candidate) => candidate.id === id);
  if (!server)
    return `\`okta.issuer\` names the authorization server ${code(id)}, which the org does not have: remove \`okta.issuer\` to have one made`;
  if (!ownersIn(server.description))
    return `\`okta.issuer\` names the server ${code(server.name)}, which is not managed by this tool and is left unchanged: remove \`okta.issuer\` and ${advice}`;
  return { server };
}

function serverOfName(
  { name, maps, formers: formerNames }: DesiredServer,
  servers: readonly ServerState[],
  advice: string,
): FoundServer {
  const named = servers.filter((candidate) => candidate.name === name);
  const ours = named.filter(({ description }) => ownersIn(description) !== undefined);
  const [server, second] = ours;
  if (second)
    return `${ours.length} authorization servers are called ${code(name)}: say which with \`okta.issuer\``;
  if (server) return { server };
  if (named.length > 0)
    return `the authorization server ${code(name)} is not managed by this tool and is left unchanged: ${advice}`;
  // A server that has its name from the map is called by the former name.
  const former = servers.find(
    (candidate) => maps.includes(name) && hasFormerName(candidate, formerNames),
  );
  return former ? { server: former } : {};
}

export const hasFormerName = (
  { name, description }: ServerState,
  formerNames: readonly string[],
): boolean =>
  formerNames.includes(name) &&
  (ownersIn(description) ?? []).some((owner) => formerNames.includes(owner));

function availableName(name: string, servers: readonly ServerState[]): string {
  const taken = new Set(servers.map((server) => server.name));
  return (
    [
      `${name}-access`,
      ...Array.from({ length: 99 }, (_, index) => `${name}-access-${index + 2}`),
    ].find((free) => !taken.has(free)) ?? name
  );
}
