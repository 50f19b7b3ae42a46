/**
 * The access map of a local run: the user's own, with the parts that point to the outside replaced.
 */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Document, parseDocument } from 'yaml';
import {
  AccessMap,
  AccessMapError,
  type AccessMapInput,
  type CheckedMap,
} from '../lib/access-map/index.ts';

/** A file's name, or the map itself. */
export type MapSource = string | AccessMapInput;

export interface Replacements {
  readonly kind: 'http' | 'rest';
  readonly issuer: string;
  readonly upstreamUrl: string;
  /** None: `api.cors` stays as it is. */
  readonly consoleOrigins: readonly string[];
  /** Folder that files which the map names must lie below. */
  readonly root?: string | undefined;
}

/** A valid map, and where its entries are. */
export interface ReadMap extends CheckedMap {
  readonly map: AccessMap;
}

/** @throws AccessMapError with every problem of the map as the user wrote it */
export function readMap(source: MapSource, root?: string): ReadMap {
  const options = { loopbackIssuer: true, ...(root !== undefined && { root }) };
  const read =
    typeof source === 'string'
      ? AccessMap.check(source, options)
      : AccessMap.checkObject(source, { ...options, source: 'the map' });
  const { map, problems } = read;
  if (map === undefined) throw new AccessMapError(problems);
  return { ...read, map };
}

/** @throws AccessMapError with every problem of a replaced map, of `--issuer` above all */
export function checkText(text: string, source: string, root?: string): void {
  const options = { loopbackIssuer: true, ...(root !== undefined && { root }) };
  const { map, problems } = AccessMap.checkText(text, source, options);
  if (map === undefined) throw new AccessMapError(problems);
}

/** The replaced map as YAML text. Scalars stay as written: `0123456789` and `12e456` are names. */
export function localMapText(source: MapSource, replacements: Replacements): string {
  const document =
    typeof source === 'string'
      ? parseDocument(readFileSync(source, 'utf8'), { schema: 'failsafe' })
      : new Document(structuredClone(source));
  const map = document.toJS() as MapParts;
  if (map.extends !== undefined && typeof source === 'string')
    document.set('extends', resolve(dirname(source), map.extends));
  document.setIn(
    Array.isArray(map.okta) ? ['okta', 0, 'issuer'] : ['okta', 'issuer'],
    replacements.issuer,
  );
  followOwnHub(document, map.okta);
  // Another team's API is not here: its routes are served as if they were our own.
  for (const key of ['attachTo', 'authorizerOnly']) document.deleteIn(['api', key]);
  document.setIn(['api', 'kind'], replacements.kind);
  // Only HTTP APIs know it; its value is about what they are not sure of.
  if (replacements.kind === 'rest') document.deleteIn(['api', 'unauthorized']);
  // The text is written elsewhere, and a file that it names must still be found.
  const openapi = map.routes && 'openapi' in map.routes ? map.routes.openapi : undefined;
  if (openapi !== undefined)
    document.setIn(
      ['routes', 'openapi'],
      resolve(typeof source === 'string' ? dirname(source) : '.', openapi),
    );
  document.setIn(['api', 'upstream'], document.createNode({ url: replacements.upstreamUrl }));
  // Read the origins of the whole map: with `extends` they may be in the base.
  const { cors } = readMap(source, replacements.root).map.api;
  const origins = cors?.origins ?? [];
  if (!origins.includes('*') && replacements.consoleOrigins.length > 0) {
    if (map.api?.cors === undefined)
      document.setIn(['api', 'cors'], document.createNode(corsNode(cors)));
    document.setIn(
      ['api', 'cors', 'origins'],
      document.createNode([...new Set([...origins, ...replacements.consoleOrigins])]),
    );
  }
  return String(document);
}

/** Another stack's hub is not here, and Okta's log is not read: the run has a hub of its own. */
function followOwnHub(document: Document, okta: unknown): void {
  const blocks = Array.isArray(okta) ? okta.map((_, index) => ['okta', index]) : [['okta']];
  for (const block of blocks) {
    if (!document.hasIn([...block, 'revocation'])) continue;
    for (const key of ['hub', 'poll']) document.deleteIn([...block, 'revocation', key]);
  }
}

interface MapParts {
  readonly extends?: string;
  readonly api?: { readonly cors?: unknown };
  readonly okta?: unknown;
  readonly routes?: readonly unknown[] | { readonly openapi: string };
}

/** The settings of a base map: an overlay's `cors` would replace them as a whole. */
function corsNode(cors: AccessMap['api']['cors']): unknown {
  return cors === undefined
    ? { origins: [] }
    : { origins: [], headers: [...cors.headers], maxAge: `${cors.maxAgeSeconds}s` };
}
