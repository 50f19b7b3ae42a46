/** Whether the issuers of the maps are those of the server. */
import { code } from '../access-map/report/problems.ts';
import type { DesiredServer } from './desired-org.ts';
import type { ServerState } from './state.ts';
import { error, type VerifyFinding, warning } from './verify-finding.ts';

type IssuerFault =
  | VerifyFinding<'SERVER_ISSUER', 'error'>
  | VerifyFinding<'SERVER_ISSUER_BY_HOST' | 'SERVER_ISSUER_FURTHER', 'warning'>;

/**
 * What is wrong with the maps' issuers; nothing where one of them is the server's and none is a
 * stranger. An error where the authorizer refuses every token of the server. Source: Okta,
 * "Authorization servers", `issuerMode`: with `DYNAMIC` the issuer is the host that the client has
 * asked, which only the map's author can evaluate; with any other there is one.
 */
export function issuerFault(
  { issuers }: DesiredServer,
  { name, issuer, issuerMode }: ServerState,
): IssuerFault | undefined {
  const others = issuers.filter((each) => each !== issuer);
  if (others.length === 0) return undefined;
  const listed = others.map(code).join(', ');
  if (issuerMode === 'DYNAMIC') {
    if (others.length < issuers.length) return undefined;
    const text = `server ${code(name)} is the issuer ${code(issuer)}, the map expects ${listed}: make sure that clients ask for tokens there`;
    return warning('SERVER_ISSUER_BY_HOST', text);
  }
  if (others.length < issuers.length) {
    return warning(
      'SERVER_ISSUER_FURTHER',
      `server ${code(name)} is the issuer ${code(issuer)} alone, the map accepts ${listed} too: take it out once no token of it is left`,
    );
  }
  const says = `server ${code(name)} is the issuer ${code(issuer)}, the map expects ${listed}: the authorizer refuses its tokens`;
  return error(
    'SERVER_ISSUER',
    `${says}; set \`okta.issuer\` to it, or choose the host with \`okta.manage.issuerMode\``,
  );
}
