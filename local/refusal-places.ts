/** Finds the map entries to edit for a refusal that no rule caused. */
import { basename } from 'node:path';
import type { Refusal, RefusalCode } from '../lambda/core/contract/codes.ts';
import { isObject } from '../lambda/core/json/json-object.ts';
import { mapPath } from '../lambda/core/model/map-path.ts';
import type { CheckedMap } from '../lib/access-map/index.ts';
import { pointerTo } from '../lib/access-map/report/problems.ts';

/** The facts of a decision record about its refusal. */
export interface RefusalFacts {
  readonly code: RefusalCode;
  readonly reason?: string;
  /** The caller's group that lacks a rule. */
  readonly group?: string;
  readonly principal?: { readonly kind: string; readonly id: string };
  /** As the map lists it. */
  readonly route?: string;
}

/**
 * `groups.readers (access.yaml:43:3)`, the line to change; undefined where the map has no such
 * entry.
 */
export type RefusalPlaces = (refusal: RefusalFacts) => string | undefined;

type Keys = readonly string[];

/** Key of an okta block that a token failed, by code and where that does not say it by reason. */
const OKTA_KEYS: Partial<Readonly<Record<RefusalCode | Refusal['reason'], string>>> = {
  TOKEN_ISSUER: 'issuer',
  TOKEN_AUDIENCE: 'audience',
  TOKEN_CLIENT: 'clients',
  GROUPS_MISSING: 'groupsClaim',
  GROUPS_TOO_MANY: 'groupsClaim',
  KEYS_UNAVAILABLE: 'issuer',
  TOKEN_REVOKED: 'revocation',
  REVOCATIONS_UNAVAILABLE: 'revocation',
  org_server: 'issuer',
  cid: 'clients',
  groups: 'groupsClaim',
  lifetime_too_long: 'maxTokenLifetime',
  issued_in_the_future: 'maxClockSkew',
};

/** Entries outside of okta blocks. */
const ENTRIES: Partial<
  Readonly<Record<RefusalCode, (refusal: RefusalFacts, map: unknown) => Keys>>
> = {
  CLIENT_UNMAPPED: () => ['machines'],
  GROUP_NOT_ALLOWED: ({ group, principal }) => {
    if (group !== undefined) return ['groups', group];
    return principal?.kind === 'machine' ? ['machines', principal.id] : ['groups'];
  },
  PATH_REFUSED: ({ route, reason }, map) =>
    reason === 'paths_disagree' ? ['api', 'basePaths'] : routeKeys(map, route),
  ROUTE_UNMAPPED: () => ['routes'],
  SCOPE_MISSING: () => ['scopes'],
};

/** A part of a map that lacks the entry is named in its place: that is where it would be added. */
export function refusalPlaces(read: CheckedMap): RefusalPlaces {
  const map = read.document?.data;
  return (refusal) => {
    const keys = keysOf(refusal, map);
    const there = keys && nearestThere(map, keys);
    return there && placeText(read, there, refusal.code);
  };
}

function keysOf(refusal: RefusalFacts, map: unknown): Keys | undefined {
  const { code, reason } = refusal;
  const entry = ENTRIES[code]?.(refusal, map);
  if (entry !== undefined) return entry;
  const key = OKTA_KEYS[code] ?? OKTA_KEYS[reason as Refusal['reason']];
  if (key === undefined) return undefined;
  const okta = isObject(map) ? map['okta'] : undefined;
  if (!Array.isArray(okta)) return ['okta', key];
  // With several blocks, no single block refused the token: it fits none.
  return okta.length === 1 ? ['okta', '0', key] : ['okta'];
}

/** The route as it is listed, alone or with settings of its own. */
function routeKeys(map: unknown, route: string | undefined): Keys {
  const routes = isObject(map) ? map['routes'] : undefined;
  const index = Array.isArray(routes)
    ? routes.findIndex((entry: unknown) => (member(entry, 'route') ?? entry) === route)
    : -1;
  return index === -1 ? ['routes'] : ['routes', String(index)];
}

function nearestThere(map: unknown, keys: Keys): Keys | undefined {
  if (keys.length === 0) return undefined;
  return has(map, keys) ? keys : nearestThere(map, keys.slice(0, -1));
}

function placeText(read: CheckedMap, keys: Keys, code: RefusalCode): string | undefined {
  const pointer = pointerTo(keys);
  const { source, line, column } = read.placeOf(pointer, 'key');
  if (line === undefined) return undefined;
  const replaced = code === 'TOKEN_ISSUER' ? ', which this run replaces' : '';
  // Without the folder, as in decision records.
  return `${mapPath(keys)} (${basename(source)}:${line}:${column ?? 1})${replaced}`;
}

const has = (value: unknown, [key, ...rest]: Keys): boolean =>
  key === undefined || (member(value, key) !== undefined && has(member(value, key), rest));

function member(value: unknown, key: string): unknown {
  if (Array.isArray(value)) return value[Number(key)] as unknown;
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}
