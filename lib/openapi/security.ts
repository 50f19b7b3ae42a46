/** What the security of an operation means to API Gateway: an authorizer, a key, or nothing. */
import { EXTENSION } from '../../lambda/core/contract/openapi-extensions.ts';
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
}

/** @param ours name of our security scheme */
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
    };
  }
  const { security, schemes } = requirementsOf(document, operation);
  // A function of CloudFormation may give any list.
  if (security !== undefined && !(Array.isArray(security) && security.every(isObject)))
    return { name: '`security` that is no list of requirements', isIam: true };
  const foreign = schemes.find(
    (name) => name !== ours && ['authorizer', 'unknown'].includes(schemeKind(document, name)),
  );
  if (foreign === undefined) return undefined;
  const isIam = schemes.some(
    (name) =>
      name !== ours &&
      schemeKind(document, name) !== 'documentation' &&
      authorizerOf(document, name).type === 'IAM',
  );
  return { name: `\`${foreign}\``, isIam: isIam || schemeKind(document, foreign) === 'unknown' };
}
