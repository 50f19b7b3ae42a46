/**
 * Which server of the org an issuer means. An issuer is `https://HOST/oauth2/NAME`; the name is the
 * server's id, or `default` for the server that every org has, whose id is another one. One server
 * may have the issuer on several hosts of its org. The host decides whose tokens the authorizer
 * accepts, so a name or an id says nothing on a host that is not the org's. Source: Okta,
 * "Authorization servers", `issuerMode`; "Custom domains".
 */
import type { DesiredServer } from './desired-org.ts';
import type { OrgState, ServerState } from './state.ts';

type Identified = Pick<ServerState, 'issuer'>;
export type Hosts = Pick<OrgState, 'url' | 'hosts'>;

interface Parts {
  readonly origin: string;
  readonly path: string;
}

function partsOf(issuer: string): Parts | undefined {
  if (!URL.canParse(issuer)) return undefined;
  const { origin, pathname } = new URL(issuer);
  return { origin, path: pathname };
}

/**
 * The origin that must confirm that it is the org's; undefined where that is clear without asking.
 */
export function hostToAsk(issuer: string, server: Identified, url: string): string | undefined {
  const [wanted, own] = [partsOf(issuer), partsOf(server.issuer)];
  if (!wanted || !own || wanted.path !== own.path) return undefined;
  return [own.origin, url].includes(wanted.origin) ? undefined : wanted.origin;
}

/** Whether an issuer of a map means a server of the org: a host that does not answer is not its. */
export function isIssuerOf(issuer: string, server: Identified, { url, hosts }: Hosts): boolean {
  if (issuer === server.issuer) return true;
  const [wanted, own] = [partsOf(issuer), partsOf(server.issuer)];
  if (!wanted || !own || wanted.path !== own.path) return false;
  const asked = hostToAsk(issuer, server, url);
  return asked === undefined || hosts[asked] === 'org';
}

/** Whether the maps mean the server: by their issuer, and without one by its name. */
export const isMappedServer = (
  { issuers, name }: Pick<DesiredServer, 'issuers' | 'name'>,
  server: Identified & Pick<ServerState, 'name'>,
  hosts: Hosts,
): boolean =>
  issuers.length === 0
    ? server.name === name
    : issuers.some((issuer) => isIssuerOf(issuer, server, hosts));
