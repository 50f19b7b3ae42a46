/**
 * Which server of the org an issuer means. An issuer is `https://HOST/oauth2/NAME`; the name is the
 * server's id, or `default` for the server that every org has, whose id is another one. One server
 * may have the issuer on several hosts of its org. Source: Okta, "Authorization servers",
 * `issuerMode`; "Custom domains".
 */
import { isOktaHost } from '../../lambda/core/contract/okta-hosts.ts';
import type { DesiredServer } from './desired-org.ts';
import type { OrgState, ServerState } from './state.ts';

type Identified = Pick<ServerState, 'id' | 'issuer' | 'issuerMode'>;
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

/** The origin on which the issuer must be the org's to mean the server; nothing where it is plain. */
export function hostToAsk(issuer: string, server: Identified, url: string): string | undefined {
  const [wanted, own] = [partsOf(issuer), partsOf(server.issuer)];
  if (!wanted || !own || wanted.path !== own.path || wanted.origin === own.origin) return undefined;
  // Ids of servers are Okta's own and stand for one server, whatever the host.
  if (wanted.path.endsWith(`/${server.id}`) || wanted.origin === url) return undefined;
  return wanted.origin;
}

/** Whether an issuer of a map means a server of the org. */
export function isIssuerOf(issuer: string, server: Identified, { url, hosts }: Hosts): boolean {
  if (issuer === server.issuer) return true;
  const [wanted, own] = [partsOf(issuer), partsOf(server.issuer)];
  if (!wanted || !own || wanted.path !== own.path) return false;
  const asked = hostToAsk(issuer, server, url);
  if (asked === undefined) return true;
  const owner = hosts[asked] ?? 'unknown';
  // A host of Okta's own names one org: this is not ours. Another may be our custom domain.
  const mayBeOurs = server.issuerMode !== 'ORG_URL' && !isOktaHost(new URL(asked).hostname);
  return owner === 'org' || (owner === 'unknown' && mayBeOurs);
}

/** Whether the maps mean the server: by their issuer, and without one by its name. */
export const isMeant = (
  { issuers, name }: Pick<DesiredServer, 'issuers' | 'name'>,
  server: Identified & Pick<ServerState, 'name'>,
  hosts: Hosts,
): boolean =>
  issuers.length === 0
    ? server.name === name
    : issuers.some((issuer) => isIssuerOf(issuer, server, hosts));
