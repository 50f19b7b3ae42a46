/** What the security of an operation means to API Gateway: an authorizer, a key, or nothing. */
import { EXTENSION } from '../../lambda/core/contract/openapi-extensions.ts';
import { isOwnSchemeName } from '../../lambda/core/contract/own-names.ts';
import { isObject, membersIn, type Node } from '../../lambda/core/json/json-object.ts';
import {
  authorizerIn,
  hasAuthentication,
  isAuthorizer,
  requirementsOf,
  schemeNamed,
} from '../../lambda/gateway/openapi-document.ts';
import { intrinsicIn } from './intrinsic.ts';

/**
 * What a security scheme is to the gateway. `documentation`: nothing, since only an extension makes
 * an authorizer of a scheme. `key`: the key of a usage plan. `authorizer`: something decides calls.
 * `unknown`: not there, referenced, or known at deploy time only, so that it may be any of them.
 */
export type SchemeKind = 'documentation' | 'key' | 'authorizer' | 'unknown';

export function schemeKind(document: unknown, name: string): SchemeKind {
  const scheme = schemeNamed(document, name);
  if (!isObject(scheme) || '$ref' in scheme || intrinsicIn(scheme) !== undefined) return 'unknown';
  if (isAuthorizer(scheme)) return 'authorizer';
  return isUsagePlanKey(scheme) ? 'key' : 'documentation';
}

const isUsagePlanKey = (scheme: Node): boolean =>
  scheme['type'] === 'apiKey' &&
  scheme['in'] === 'header' &&
  String(scheme['name']).toLowerCase() === 'x-api-key';

/** Whether a scheme is a known authorizer of somebody else, whatever its name. */
export const isForeignScheme = (document: unknown, name: string): boolean =>
  schemeKind(document, name) === 'authorizer' && !isOwnScheme(document, name);

/**
 * Whether a scheme is our authorizer, of any stack or document: by its name, and by what it says,
 * since somebody else's may have the name.
 */
function isOwnScheme(document: unknown, name: string): boolean {
  if (!isOwnSchemeName(name) || schemeKind(document, name) !== 'authorizer') return false;
  const scheme = membersIn(schemeNamed(document, name));
  const { type } = membersIn(authorizerIn(scheme));
  const authtype = scheme[EXTENSION.authtype] ?? 'custom';
  return [type, authtype].map((one) => String(one).toLowerCase()).join() === 'request,custom';
}

/** An authorizer that a document names. */
export interface DocumentAuthorizer {
  /** Name of its scheme. */
  readonly name: string;
  /** `JWT`, `Lambda`, `Cognito`, `IAM`, or as the document calls it. */
  readonly type: string;
  /** What a JWT authorizer of an HTTP API accepts. */
  readonly jwt?: { readonly issuer: unknown; readonly audiences: readonly unknown[] };
}

const TYPES: Readonly<Record<string, string>> = {
  jwt: 'JWT',
  request: 'Lambda',
  token: 'Lambda',
  cognito_user_pools: 'Cognito',
};

export function authorizerOf(document: unknown, name: string): DocumentAuthorizer {
  const scheme = membersIn(schemeNamed(document, name));
  const { type, jwtConfiguration } = membersIn(authorizerIn(scheme));
  if (String(scheme[EXTENSION.authtype]).toLowerCase() === 'awssigv4') return { name, type: 'IAM' };
  const said = typeof type === 'string' ? type.toLowerCase() : '';
  const { issuer, audience } = membersIn(jwtConfiguration);
  const audiences: readonly unknown[] = Array.isArray(audience) ? audience : [audience];
  return {
    name,
    type: TYPES[said] ?? 'unknown',
    ...(said === 'jwt' && { jwt: { issuer, audiences } }),
  };
}

/** What decides, or may decide, a method's calls instead of our authorizer. */
export interface ForeignSecurity {
  /** As messages name it, e.g. `` `theirs` ``. */
  readonly name: string;
  /** Signed requests: replaced only where the route itself is named. */
  readonly isIam: boolean;
  /** Our authorizer of another stack or document, which the one to be written replaces. */
  readonly isOwn: boolean;
}

/**
 * @param ours name of our security scheme in this document; a known authorizer of somebody else is
 * none, whatever its name
 */
export function foreignIn(
  document: unknown,
  operation: unknown,
  ours: string,
): ForeignSecurity | undefined {
  if (hasAuthentication(operation)) {
    const { type } = membersIn(membersIn(operation)[EXTENSION.auth]);
    return {
      name: `\`${EXTENSION.auth}\` ${typeof type === 'string' ? type : 'without a type'}`,
      isIam: true,
      isOwn: false,
    };
  }
  const { security, schemes } = requirementsOf(document, operation);
  // A function of CloudFormation may give any list.
  if (security !== undefined && !(Array.isArray(security) && security.every(isObject)))
    return { name: '`security` that is no list of requirements', isIam: true, isOwn: false };
  const others = schemes.filter((name) =>
    name === ours
      ? isForeignScheme(document, name)
      : ['authorizer', 'unknown'].includes(schemeKind(document, name)),
  );
  const foreign = others.find((name) => !isOwnScheme(document, name)) ?? others[0];
  if (foreign === undefined) return undefined;
  const isIam = others.some((name) => authorizerOf(document, name).type === 'IAM');
  return {
    name: `\`${foreign}\``,
    isIam: isIam || schemeKind(document, foreign) === 'unknown',
    isOwn: isOwnScheme(document, foreign),
  };
}
