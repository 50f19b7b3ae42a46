/** Issuers: the root of trust, so their form is checked strictly. */
import { isLoopbackHttp } from '../../../lambda/core/contract/loopback.ts';
import { orgOfAdminHost } from '../../../lambda/core/contract/okta-hosts.ts';
import { type Cursor, type Report, texts } from '../report/cursor.ts';
import { code, type Detail, type ProblemCode } from '../report/problems.ts';

export interface IssuerOptions {
  /** Accept plain http for a literal loopback address: local runs only. Default: false. */
  readonly loopbackIssuer?: boolean;
  /**
   * Accept such an issuer in a block whose `manage.org` is a loopback address too: an org on this
   * machine has issuers there. Never where something is deployed. Default: false.
   */
  readonly localOrgIssuer?: boolean;
  /**
   * Accept a map without issuer and with `app:LABEL` clients, as it is before `okta apply --write`.
   * Default: false.
   */
  readonly beforeApply?: boolean;
}

export function readIssuers(
  cursor: Cursor,
  options: IssuerOptions,
  report: Report,
): readonly string[] {
  const issuers = texts(cursor);
  const sound = issuers.filter(([issuer, { pointer }]) => {
    const fault = issuerFault(issuer, options);
    if (fault) report.error(fault.code, pointer, { ...fault.detail, found: code(issuer) });
    return fault === undefined;
  });
  const paths = sound.map(([issuer]) => new URL(issuer).pathname);
  const other = sound[paths.findIndex((path) => path !== paths[0])];
  if (other) {
    const expected = `the same authorization server under another host (\`${paths[0]}\`)`;
    report.error('ISSUERS_DIFFER', other[1].pointer, { expected, found: code(other[0]) });
  }
  const elsewhere = sound.find(
    ([issuer]) => new URL(issuer).origin !== new URL(sound[0]?.[0] ?? issuer).origin,
  );
  if (elsewhere && paths[0] === '/oauth2/default') {
    const says = `every Okta org has an authorization server \`default\`: make sure that ${code(elsewhere[0])} is another host of the same org`;
    report.warn('ISSUERS_DEFAULT', elsewhere[1].pointer, { says });
  }
  return issuers.map(([issuer]) => issuer);
}

export interface IssuerFault {
  readonly code: ProblemCode;
  readonly detail: Omit<Detail, 'found'>;
}

/**
 * What is wrong with an issuer, of a map and of whatever becomes one. `iss` must equal it exactly,
 * so only the canonical spelling is valid.
 *
 * @returns undefined for an issuer that a map may have.
 */
export function issuerFault(
  issuer: string,
  { loopbackIssuer = false }: IssuerOptions = {},
): IssuerFault | undefined {
  const malformed = addressFault(issuer);
  if (malformed) return malformed;
  const url = new URL(issuer);
  const insecure = evaluateProtocol(url, loopbackIssuer);
  if (insecure) return insecure;
  const orgHost = orgOfAdminHost(url.hostname);
  if (orgHost !== undefined)
    return invalid(
      'the host of the org, the admin console issues no tokens',
      `${url.protocol}//${orgHost}${url.pathname}`,
    );
  const path = url.pathname.replace(/\/+$/, '');
  const server = /^(.*?\/oauth2\/(?!v1(?:\/|$))[^/]+)/.exec(path)?.[1];
  if (server === undefined) return orgServer(url.origin);
  const canonical = `${url.origin}${server}`;
  const isServer = /^\/oauth2\/[A-Za-z0-9._-]+$/.test(server);
  if (isServer && issuer === canonical) return undefined;
  return invalid(
    'an issuer as it stands in tokens: lower-case host, `/oauth2/` and the id, nothing after it',
    // A suggestion must be a valid issuer itself.
    isServer ? canonical : undefined,
  );
}

const invalid = (expected: string, nearest?: string): IssuerFault => ({
  code: 'ISSUER_INVALID',
  detail: { expected, nearest },
});

/** Why a text is no URL that an issuer may be. */
function addressFault(issuer: string): IssuerFault | undefined {
  const placeholder = /\{[^{}]*\}|<[^<>]*>/.exec(issuer)?.[0];
  if (placeholder !== undefined)
    return invalid(
      `an issuer of your own org in place of the placeholder ${code(placeholder)}, such as \`https://acme.okta.com/oauth2/default\``,
    );
  if (!URL.canParse(issuer))
    return invalid('an issuer URL such as `https://acme.okta.com/oauth2/default`');
  const url = new URL(issuer);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return invalid('an https URL');
  if (url.username !== '' || url.password !== '')
    return invalid('an issuer without user or password');
  if (/[?#]/.test(issuer))
    return invalid('an issuer without query or fragment', issuer.replace(/[?#].*$/, ''));
  return undefined;
}

function evaluateProtocol(url: URL, loopbackIssuer: boolean): IssuerFault | undefined {
  if (url.protocol === 'https:') return undefined;
  const loopback = isLoopbackHttp(url);
  if (loopback && loopbackIssuer) return undefined;
  const fix = loopback
    ? 'plain http is for local runs with `loopbackIssuer` only'
    : 'tokens must not be trusted over plain http';
  return { code: 'ISSUER_INSECURE', detail: { expected: 'an https URL', fix } };
}

/** Okta alone may validate tokens of the org authorization server. */
function orgServer(origin: string): IssuerFault {
  return {
    code: 'ISSUER_ORG_SERVER',
    detail: {
      expected: 'the issuer of a custom authorization server',
      fix: 'this is the org authorization server, whose tokens only Okta may validate',
      nearest: `${origin}/oauth2/default`,
    },
  };
}
