/**
 * Who we are to Okta, from the variables that Okta's own SDKs read. Nothing of it is ever printed.
 */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { isLoopbackHttp } from '../../lambda/core/contract/loopback.ts';
import { signingAlgorithm } from '../../lambda/core/contract/okta-service-app.ts';
import { pageInPackage } from '../access-map/report/pages.ts';
import { OktaError } from './okta-error.ts';

export type Credentials =
  | { readonly kind: 'api token'; readonly token: string }
  | {
      readonly kind: 'private key';
      readonly clientId: string;
      readonly key: KeyObject;
      readonly keyId?: string;
      /** Scopes of every request; absent: those that the command needs. */
      readonly scopes?: readonly string[];
    };

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads `OKTA_CLIENT_TOKEN`, or `OKTA_CLIENT_CLIENTID`, `OKTA_CLIENT_PRIVATEKEY` (PEM or JWK),
 * `OKTA_CLIENT_KEYID` and `OKTA_CLIENT_SCOPES`.
 * @param org of the maps; `OKTA_CLIENT_ORGURL` must be the same, so that one org's credentials are
 * not sent to another. An API token needs the variable, except for an org on this machine.
 * @throws OktaError
 */
export function credentialsFrom(environment: Environment, org: string): Credentials {
  const url = environment['OKTA_CLIENT_ORGURL'];
  if (url && url.replace(/\/+$/, '') !== org) {
    throw new OktaError(
      'OKTA_CREDENTIALS_ORG',
      `expected \`OKTA_CLIENT_ORGURL\` to be the org of the map, \`${org}\`, found \`${url}\``,
    );
  }
  const clientId = environment['OKTA_CLIENT_CLIENTID'];
  const pem = environment['OKTA_CLIENT_PRIVATEKEY'];
  const mode = environment['OKTA_CLIENT_AUTHORIZATIONMODE'];
  const token = environment['OKTA_CLIENT_TOKEN'];
  if (mode === 'PrivateKey' || (mode === undefined && clientId && pem))
    return privateKey(environment);
  if (token && (mode === undefined || mode === 'SSWS')) {
    // An API token has access to the whole org, and the host comes from the map or the plan: the
    // environment must name the same host.
    if (!url && !(URL.canParse(org) && isLoopbackHttp(new URL(org)))) {
      throw new OktaError(
        'OKTA_CREDENTIALS_ORG',
        `expected the org that the token belongs to in \`OKTA_CLIENT_ORGURL\`, found none: the map names \`${org}\`, and the token is sent only to the org that this variable names`,
      );
    }
    return { kind: 'api token', token: printable(token, 'OKTA_CLIENT_TOKEN') };
  }
  throw new OktaError(
    'OKTA_CREDENTIALS_ABSENT',
    `expected credentials in \`OKTA_CLIENT_CLIENTID\` and \`OKTA_CLIENT_PRIVATEKEY\`, or in \`OKTA_CLIENT_TOKEN\`, found none: ${pageInPackage('okta')} says how to make them`,
  );
}

function privateKey(environment: Environment): Credentials {
  const clientId = environment['OKTA_CLIENT_CLIENTID'];
  const pem = environment['OKTA_CLIENT_PRIVATEKEY'];
  if (!clientId || !pem)
    throw new OktaError(
      'OKTA_CREDENTIALS_ABSENT',
      'expected `OKTA_CLIENT_CLIENTID` and `OKTA_CLIENT_PRIVATEKEY` for a private key, found one of them missing',
    );
  const scopes = environment['OKTA_CLIENT_SCOPES']?.split(/[\s,]+/).filter((scope) => scope !== '');
  const { key, kid } = readKey(pem);
  const keyId = environment['OKTA_CLIENT_KEYID'] || kid;
  return {
    kind: 'private key',
    clientId,
    key,
    ...(keyId === undefined ? {} : { keyId }),
    ...(scopes === undefined || scopes.length === 0 ? {} : { scopes }),
  };
}

/** The parser's own messages may quote the key, so they are not passed on. */
function readKey(text: string): { readonly key: KeyObject; readonly kid?: string } {
  const trimmed = text.trim();
  let key: KeyObject | undefined;
  let kid: string | undefined;
  try {
    if (trimmed.startsWith('{')) {
      const jwk = JSON.parse(trimmed) as { readonly kid?: string };
      key = createPrivateKey({ key: jwk as never, format: 'jwk' });
      kid = jwk.kid;
    } else key = createPrivateKey(trimmed.replaceAll('\\n', '\n'));
  } catch {
    key = undefined;
  }
  if (!key || !signingAlgorithm(key)) {
    const found =
      key?.asymmetricKeyType === 'rsa' ? 'an RSA key of less than 2048 bits' : 'something else';
    throw new OktaError(
      'OKTA_CREDENTIALS_INVALID',
      `expected an RSA or EC private key (P-256, P-384 or P-521) as PEM or JWK in \`OKTA_CLIENT_PRIVATEKEY\`, found ${found}`,
    );
  }
  return { key, ...(kid === undefined ? {} : { kid }) };
}

function printable(token: string, variable: string): string {
  if (/^[!-~]+$/.test(token.trim())) return token.trim();
  throw new OktaError(
    'OKTA_CREDENTIALS_INVALID',
    `expected a token without spaces and line breaks in \`${variable}\``,
  );
}
