/**
 * What an OpenAPI document tells of its API as a whole, for the rules that decide about the API.
 */
import { EXTENSION } from '../../lambda/core/contract/openapi-extensions.ts';
import { isObject, membersIn } from '../../lambda/core/json/json-object.ts';
import type { ApiFacts, Setting } from '../../lambda/gateway/api-rules.ts';
import { schemesOf } from '../../lambda/gateway/openapi-document.ts';
import type { RouteFacts } from '../../lambda/gateway/preflight.ts';
import { isCovered, type RouteProtection } from '../../lambda/gateway/route-protection.ts';
import type { MappedRoutes } from '../access-map/index.ts';
import { intrinsicIn } from './intrinsic.ts';

export type DocumentFacts = Pick<
  ApiFacts,
  'policies' | 'keySource' | 'otherAuthorizers' | 'apiHasCors'
>;

/** @param scheme name of our security scheme */
export function documentFacts(document: unknown, scheme: string): DocumentFacts {
  const root = membersIn(document);
  return {
    policies: policiesIn(root[EXTENSION.policy]),
    keySource: settingIn(root[EXTENSION.apiKeySource]),
    otherAuthorizers: Object.entries(schemesOf(document)).filter(
      ([name, one]) => name !== scheme && EXTENSION.authorizer in membersIn(one),
    ).length,
    apiHasCors: root[EXTENSION.cors] !== undefined,
  };
}

/** A policy as an object or as JSON, in a document or in a property of CloudFormation. */
export function policiesIn(value: unknown): readonly Setting[] {
  const intrinsic = intrinsicIn(membersIn(value)['Statement']);
  const policy = intrinsic === undefined ? settingIn(value) : { intrinsic };
  return policy === undefined ? [] : [policy];
}

/** Undefined where there is none. */
export function settingIn(value: unknown): Setting | undefined {
  if (value === undefined) return undefined;
  const intrinsic = intrinsicIn(value);
  if (intrinsic !== undefined) return { intrinsic };
  return { text: isObject(value) ? JSON.stringify(value) : String(value) };
}

/** A method of a document, or a route or method that is a resource. */
export interface ClassifiedRoute {
  readonly key: string;
  readonly outcome: RouteProtection;
  readonly takesKey: boolean;
  readonly isMock: boolean;
}

export const routeFacts = (
  { key, outcome, takesKey, isMock }: ClassifiedRoute,
  routes: MappedRoutes,
): RouteFacts => ({
  key,
  isGuarded: isCovered(outcome),
  isMapped: routes.entry(key) !== undefined,
  takesKey,
  isMock,
});
