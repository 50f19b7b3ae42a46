/** What is wrong with an access map, where, and how to put it right. */

import { mapPath, pointerParts } from '../../../lambda/core/model/map-path.ts';
import { escapeControls } from './layout.ts';
import { redactTokens } from './redact-tokens.ts';

/**
 * Place in the map; lines and columns count from 1 and are absent for a map given
 * as an object.
 */
export interface Place {
  /** The file as it was named, or the place of the object, e.g. `cdk.json#/context/accessMap`. */
  readonly source: string;
  /** JSON pointer (RFC 6901) inside the map; empty for the map itself. */
  readonly path: string;
  readonly line?: number;
  readonly column?: number;
}

/** Stable names of the rules. Codes are an interface, message texts are not. */
export type ProblemCode =
  | 'FILE_UNREADABLE'
  | 'FILE_ENCODING'
  | 'FILE_TOO_COMPLEX'
  | 'MAP_EMPTY'
  | 'MAP_FOREIGN'
  | 'YAML_SYNTAX'
  | 'YAML_BRACES_UNQUOTED'
  | 'YAML_TAB'
  | 'YAML_SEVERAL_DOCUMENTS'
  | 'YAML_TAG'
  | 'YAML_KEY'
  | 'YAML_ALIAS'
  | 'KEY_DUPLICATE'
  | 'KEY_UNKNOWN'
  | 'KEY_MISSING'
  | 'KEY_CONFLICT'
  | 'NAME_INVALID'
  | 'VALUE_TYPE'
  | 'VALUE_INVALID'
  | 'VALUE_DUPLICATE'
  | 'VALUE_EMPTY'
  | 'ROUTE_INVALID'
  | 'ROUTE_DUPLICATE'
  | 'ROUTE_UNKNOWN'
  | 'TEMPLATE_DUPLICATE'
  | 'ENDPOINT_TAKEN'
  | 'PATTERN_INVALID'
  | 'PATTERN_UNMATCHED'
  | 'PERMISSION_UNKNOWN'
  | 'QUOTA_UNKNOWN'
  | 'QUOTA_WINDOW_DUPLICATE'
  | 'QUOTA_PAYER'
  | 'GROUP_UNKNOWN'
  | 'MACHINE_UNKNOWN'
  | 'ISSUER_INVALID'
  | 'ISSUER_ORG_SERVER'
  | 'ISSUER_INSECURE'
  | 'ISSUERS_DIFFER'
  | 'ISSUER_DUPLICATE'
  | 'UPSTREAM_INVALID'
  | 'ORIGIN_INVALID'
  | 'DURATION_RANGE'
  | 'OPENAPI_INVALID'
  | 'OPENAPI_BASE_PATH'
  | 'CACHE_FORCED_OFF'
  | 'REVOCATION_PARTIAL'
  | 'REVOCATION_CACHED'
  | 'PUBLIC_BESIDE_CLOSED'
  | 'DENY_PUBLIC'
  | 'DENY_SIGNED_IN'
  | 'PUBLIC_AND_SIGNED_IN'
  | 'PUBLIC_AND_GRANTED'
  | 'SCOPE_UNREACHABLE'
  | 'QUOTA_UNUSED'
  | 'QUOTA_IDLE'
  | 'ALLOW_CANCELLED'
  | 'ISSUERS_DEFAULT'
  | 'UPSTREAM_PLAIN'
  | 'PERMISSION_UNUSED'
  | 'GROUP_PREFIXED'
  | 'NAME_HIDDEN'
  | 'PLACEHOLDER'
  | 'NAME_WILDCARD'
  | 'NAME_RESERVED'
  | 'NAME_SUSPECT'
  | 'EVERYONE_SIGNED_IN'
  | 'TEST_FAILED'
  | 'TEST_IN_SHADOW';

export interface Problem {
  readonly severity: 'error' | 'warning';
  readonly code: ProblemCode;
  readonly place: Place;
  /** One whole line: place, expected, found, nearest. */
  readonly message: string;
  readonly expected?: string;
  readonly found?: string;
  readonly nearest?: string;
}

/**
 * The parts of a message; `says` replaces `expected ..., found ...` where that would not read well.
 */
export interface Detail {
  readonly says?: string;
  readonly expected?: string;
  readonly found?: string;
  readonly nearest?: string | undefined;
  readonly fix?: string;
}

/**
 * The access map is not valid; `problems` has at least one error and all warnings found with it.
 */
export class AccessMapError extends Error {
  override readonly name = 'AccessMapError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map((problem) => problem.message).join('\n'));
    this.problems = problems;
  }
}

export function problem(
  severity: Problem['severity'],
  code: ProblemCode,
  place: Place,
  detail: Detail,
): Problem {
  const { expected, found, nearest } = detail;
  return {
    severity,
    code,
    place,
    message: `${describePlace(place)}: ${severity === 'warning' ? 'warning: ' : ''}${describeDetail(detail)}`,
    ...(expected === undefined ? {} : { expected }),
    ...(found === undefined ? {} : { found }),
    ...(nearest === undefined ? {} : { nearest }),
  };
}

export function describeDetail({ says, expected, found, nearest, fix }: Detail): string {
  const statement =
    says ??
    [expected && `expected ${expected}`, found && `found ${found}`].filter(Boolean).join(', ');
  return `${statement}${fix === undefined ? '' : `: ${fix}`}${nearest === undefined ? '' : `, did you mean ${code(nearest)}?`}`;
}

/**
 * `access.yaml:12:7: at groups.readers.allow[0]`, or
 * `cdk.json#/context/accessMap/groups/readers/allow/0`.
 */
export const describePlace = (place: Place): string => escapeControls(placeText(place));

function placeText({ source, path, line, column }: Place): string {
  if (line === undefined) return source.includes('#/') ? `${source}${path}` : source;
  const where = `${source}:${line}:${column ?? 1}`;
  return path === '' ? where : `${where}: at ${displayPath(path)}`;
}

const displayPath = (pointer: string): string => mapPath(pointerParts(pointer));

export const escapePointer = (key: string): string =>
  key.replaceAll('~', '~0').replaceAll('/', '~1');
/** The JSON pointer of a value below these keys. */
export const pointerTo = (keys: readonly string[]): string =>
  keys.map((key) => `/${escapePointer(key)}`).join('');

/**
 * User input in backticks on one line, shortened; what looks like a token or a password never
 * appears.
 */
export function code(text: string): string {
  const oneLine = escapeControls(
    redactTokens(text)
      .replace(/\/\/[^/@\s]+@/g, '//<user>@')
      // What is quoted ends at the next backtick: a recording takes out what is between two.
      .replaceAll('`', "'"),
  );
  return `\`${oneLine.length > 80 ? `${oneLine.slice(0, 77)}...` : oneLine}\``;
}

/** How a value of the map is named in a message. */
export function describeFound(value: unknown): string {
  if (value === undefined || value === null || value === '') return 'nothing';
  if (typeof value === 'string') return code(value);
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return describeMapping(Object.entries(value));
  return code(String(value));
}

function describeMapping(entries: readonly (readonly [string, unknown])[]): string {
  const [first] = entries;
  return first === undefined ? 'an empty mapping' : `a mapping with the key ${code(first[0])}`;
}
