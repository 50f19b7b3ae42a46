/**
 * The port to an Okta org: its Management API, read page by page and written one call at a time.
 */

import { isObject } from '../../lambda/core/json/json-object.ts';

export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

export type WriteMethod = 'POST' | 'PUT' | 'DELETE';

export interface OktaOrg {
  /** Origin of the org. */
  readonly url: string;
  /** Every object of a collection, over all pages. @throws OktaError */
  list(path: string, query?: Readonly<Record<string, string>>): Promise<readonly JsonObject[]>;
  /** One object; nothing where Okta answers 404. @throws OktaError */
  get(path: string): Promise<JsonObject | undefined>;
  /** The first objects of a collection, at most `limit` of them. @throws OktaError */
  first(path: string, limit: number): Promise<readonly JsonObject[]>;
  /**
   * The id of the org that a host belongs to, asked there without credentials; nothing where the
   * host does not say.
   */
  orgIdAt(origin: string): Promise<string | undefined>;
  /** The created or changed object, if the answer has one. @throws OktaError */
  write(method: WriteMethod, path: string, body?: JsonObject): Promise<JsonObject | undefined>;
}

/** The value at a path of keys; nothing where there is none. */
export function valueAt(value: Json | undefined, ...keys: readonly string[]): Json | undefined {
  return keys.reduce<Json | undefined>(
    (at, key) => (isObject<Json>(at) && Object.hasOwn(at, key) ? at[key] : undefined),
    value,
  );
}

/** Text at a path of keys; empty where there is none. */
export function textAt(value: Json | undefined, ...keys: readonly string[]): string {
  const found = valueAt(value, ...keys);
  return typeof found === 'string' ? found : '';
}

/** The texts of a list at a path of keys. */
export function textsAt(value: Json | undefined, ...keys: readonly string[]): readonly string[] {
  const found = valueAt(value, ...keys);
  return Array.isArray(found)
    ? found.filter((item): item is string => typeof item === 'string')
    : [];
}
