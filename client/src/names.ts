/**
 * Names of the API's routes and permissions. The file that `okta-group-authorizer types` writes
 * fills it, and from then on a misspelt name is a compile error:
 *
 * declare module 'okta-group-authorizer-client' {
 *   interface Register { route: 'GET /orders' | 'POST /orders'; permission: 'orders:read' }
 * }
 */
// biome-ignore lint/suspicious/noEmptyInterface: it is there to be filled.
export interface Register {}

/** `METHOD /template`; any text as long as no generated types are there. */
export type Route = Register extends { readonly route: infer Name extends string } ? Name : string;

export type Permission = Register extends { readonly permission: infer Name extends string }
  ? Name
  : string;

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';

/** The path parameters of a route: `{ tenantId: string }` of `GET /tenants/{tenantId}/orders`. */
export type ParamsOf<Name extends string> = Name extends `${string}{${infer Param}}${infer Rest}`
  ? {
      readonly [Key in Param extends `${infer Greedy}+` ? Greedy : Param]: string | number;
    } & ParamsOf<Rest>
  : unknown;
