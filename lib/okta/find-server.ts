/** Which authorization server of the org the maps mean. */
import { code } from '../access-map/report/problems.ts';
import { availableName } from './available-name.ts';
import type { DesiredServer } from './desired-org.ts';
import { ownersIn } from './ownership.ts';
import { type Hosts, hostToAsk, isIssuerOf, isMappedServer } from './server-identity.ts';
import type { OrgState, ServerState } from './state.ts';

/** The server that the maps mean, none yet, or why it cannot be used. */
export type FoundServer =
  | { readonly kind: 'found'; readonly server: ServerState; readonly isOurs: boolean }
  | { readonly kind: 'absent' }
  | {
      readonly kind: 'unusable';
      readonly code: 'MAP_ISSUER_HOST' | 'MAP_ISSUER_ABSENT' | 'SERVER_AMBIGUOUS';
      readonly why: string;
    };

type Org = Hosts & Pick<OrgState, 'servers'>;

export const findServer = (wanted: DesiredServer, org: Org): FoundServer =>
  wanted.issuers.length === 0 ? serverOfName(wanted, org) : serverOfIssuer(wanted, org);

const found = (server: ServerState): FoundServer => ({
  kind: 'found',
  server,
  isOurs: ownersIn(server.description) !== undefined,
});

/**
 * An issuer that no server has is an error: a server beside it would be one that nobody asked for.
 */
function serverOfIssuer({ issuers }: DesiredServer, org: Org): FoundServer {
  const strange = strangeHosts(issuers, org);
  if (strange.length > 0)
    return { kind: 'unusable', code: 'MAP_ISSUER_HOST', why: strange.join('; ') };
  const server = servedBy(issuers, org);
  if (server) return found(server);
  const listed = org.servers.map(({ issuer }) => code(issuer)).slice(0, 5);
  const has = listed.length === 0 ? 'it has none' : `it has ${listed.join(', ')}`;
  return {
    kind: 'unusable',
    code: 'MAP_ISSUER_ABSENT',
    why: `\`okta.issuer\` names ${issuers.map(code).join(', ')}, which is the issuer of no authorization server of the org (${has}): correct it, or remove \`okta.issuer\` to have one made`,
  };
}

/** One is enough: the authorizer accepts the tokens of every issuer that the map lists. */
const strangeHosts = (issuers: readonly string[], org: Org): readonly string[] => {
  const asked = issuers.flatMap((issuer) =>
    org.servers.flatMap((server) => hostToAsk(issuer, server, org.url) ?? []),
  );
  return [...new Set(asked)]
    .filter((host) => org.hosts[host] !== 'org')
    .map((host) => {
      const found = org.hosts[host] === 'other' ? 'is another org' : 'did not say whose it is';
      return `\`okta.issuer\` has the host ${code(host)}, which ${found}: expected a host of the org ${code(org.url)}, whose \`/.well-known/okta-organization\` answers with the org's id; correct it`;
    });
};

/** The very issuer before one that differs in its host. */
function servedBy(issuers: readonly string[], org: Org): ServerState | undefined {
  const exact = org.servers.find(({ issuer }) => issuers.includes(issuer));
  return (
    exact ?? org.servers.find((server) => issuers.some((issuer) => isIssuerOf(issuer, server, org)))
  );
}

function serverOfName(
  { name, maps, formers: formerNames }: DesiredServer,
  { servers }: Org,
): FoundServer {
  const named = servers.filter((candidate) => candidate.name === name);
  const ours = named.filter(({ description }) => ownersIn(description) !== undefined);
  const [server, second] = ours.length > 0 ? ours : named;
  if (second)
    return {
      kind: 'unusable',
      code: 'SERVER_AMBIGUOUS',
      why: `${named.length} authorization servers are called ${code(name)}: say which with \`okta.issuer\``,
    };
  if (server) return found(server);
  // A server that has its name from the map is called by the former name.
  const former = servers.find(
    (candidate) => maps.includes(name) && hasFormerName(candidate, formerNames),
  );
  return former ? found(former) : { kind: 'absent' };
}

/** The server for comparing: the one that is meant, ours before a namesake. */
export function serverFor(wanted: DesiredServer, org: Org): ServerState | undefined {
  if (wanted.issuers.length > 0) {
    const result = serverOfIssuer(wanted, org);
    return result.kind === 'found' ? result.server : undefined;
  }
  const named = org.servers.filter((server) => isMappedServer(wanted, server, org));
  return named.find(({ description }) => ownersIn(description)) ?? named[0];
}

export const hasFormerName = (
  { name, description }: ServerState,
  formerNames: readonly string[],
): boolean =>
  formerNames.includes(name) &&
  (ownersIn(description) ?? []).some((owner) => formerNames.includes(owner));

/** What to do about a server that is somebody else's. */
export function foreignServerText(
  { issuers, name: wanted }: DesiredServer,
  { name }: ServerState,
  servers: readonly ServerState[],
): string {
  const free = `choose another name with \`okta.manage.server\`, such as ${code(
    availableName(
      `${wanted}-access`,
      '-',
      servers.map((server) => server.name),
      wanted,
    ),
  )}`;
  return issuers.length === 0
    ? `the authorization server ${code(name)} is not managed by this tool and is left unchanged: ${free}`
    : `\`okta.issuer\` names the server ${code(name)}, which is not managed by this tool and is left unchanged: remove \`okta.issuer\` and ${free}`;
}
