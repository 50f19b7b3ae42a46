/** Where the entries of a map stand that a refusal is about though none of its rules made it. */
import type { Refusal, RefusalCode } from '../lambda/core/contract/codes.ts';
import { isObject } from '../lambda/core/contract/json-object.ts';
import { AccessMap, type CheckedMap } from '../lib/access-map/index.ts';
import { escapePointer } from '../lib/access-map/report/problems.ts';

export interface RefusalFacts {
  readonly code: RefusalCode;
  readonly reason?: string;
  /** The caller's group that lacks a rule. */
  readonly group?: string;
}

/** Key of an okta block that a token failed, by code and where that does not say it by reason. */
const OKTA_KEYS: Partial<Readonly<Record<RefusalCode | Refusal['reason'], string>>> = {
  TOKEN_ISSUER: 'issuer',
  TOKEN_AUDIENCE: 'audience',
  TOKEN_CLIENT: 'clients',
  GROUPS_MISSING: 'groupsClaim',
  lifetime_too_long: 'maxTokenLifetime',
  issued_in_the_future: 'maxClockSkew',
};

/** Entries outside of okta blocks. */
const ENTRIES: Partial<Readonly<Record<RefusalCode, string>>> = {
  CLIENT_UNMAPPED: 'machines',
  ROUTE_UNMAPPED: 'routes',
};

/**
 * `groups.readers (access.yaml:43:3)`, the line to change; undefined where the map has no such
 * entry. The map is read when that is first asked.
 */
export function refusalPlaces(file: string): (refusal: RefusalFacts) => string | undefined {
  let read: CheckedMap | undefined;
  return (refusal) => {
    read ??= AccessMap.check(file, { loopbackIssuer: true });
    const keys = keysOf(refusal, read.document?.data);
    return keys && placeText(read, keys, refusal.code);
  };
}

function keysOf({ code, reason, group }: RefusalFacts, map: unknown): Keys | undefined {
  if (code === 'GROUP_NOT_ALLOWED') return group === undefined ? undefined : ['groups', group];
  const entry = ENTRIES[code];
  if (entry !== undefined) return [entry];
  const key = OKTA_KEYS[code] ?? OKTA_KEYS[reason as Refusal['reason']];
  if (key === undefined) return undefined;
  const okta = isObject(map) ? map['okta'] : undefined;
  if (!Array.isArray(okta)) return ['okta', key];
  // Of several blocks no one has refused it: the token fits none.
  return okta.length === 1 ? ['okta', '0', key] : ['okta'];
}

type Keys = readonly string[];

function placeText(read: CheckedMap, keys: Keys, code: RefusalCode): string | undefined {
  if (!has(read.document?.data, keys)) return undefined;
  const pointer = keys.map((key) => `/${escapePointer(key)}`).join('');
  const { source, line, column } = read.placeOf(pointer, 'key');
  if (line === undefined) return undefined;
  const replaced = code === 'TOKEN_ISSUER' ? ', which this run replaces by its own' : '';
  const path = keys.map((key) => (/^\d+$/.test(key) ? `[${key}]` : `.${key}`)).join('');
  return `${path.slice(1)} (${source}:${line}:${column ?? 1})${replaced}`;
}

const has = (value: unknown, [key, ...rest]: Keys): boolean =>
  key === undefined || (member(value, key) !== undefined && has(member(value, key), rest));

function member(value: unknown, key: string): unknown {
  if (Array.isArray(value)) return value[Number(key)] as unknown;
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}
