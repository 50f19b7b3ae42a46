/**
 * One line of a log: a decision record, a line of the access log, something else, or something that
 * cannot be read.
 */

import { ACCESS_LOG_FIELD } from '../../lambda/core/contract/access-log.ts';
import { REFUSALS } from '../../lambda/core/contract/codes.ts';
import {
  DECISION_MODES,
  type DecisionRecord,
  EFFECTS,
  PRINCIPAL_KINDS,
  RECORD_KIND,
  RECORD_VERSION,
} from '../../lambda/core/contract/decision-record.ts';
import { isObject } from '../../lambda/core/json/json-object.ts';

/** What the access log says of one request that the audit trail needs. */
export interface AccessLine {
  /** As the gateway has it: `GET /orders`, `ANY /orders/{id}`. */
  readonly route: string;
  /** What the caller got. */
  readonly status: number;
  /**
   * uid of a user, client id of a machine, or a digest of it; absent where no authorizer spoke: a
   * public route, a refusal of the gateway's own.
   */
  readonly caller?: string;
  readonly mapVersion?: string;
  /** Why the authorizer refused; absent where its answers are cached. */
  readonly code?: string;
}

/** Times are milliseconds since the epoch. */
export type AuditLogItem =
  | { readonly kind: 'decision'; readonly at: number; readonly record: DecisionRecord }
  | { readonly kind: 'access'; readonly at: number; readonly access: AccessLine };

export type LineResult =
  | AuditLogItem
  /** A line outside the trail: Lambda's own lines, metrics, brackets of an export. */
  | { readonly kind: 'other' }
  | { readonly kind: 'bad'; readonly why: string }
  /** A decision record of a version that this code does not know. */
  | { readonly kind: 'version'; readonly version: string };

const OTHER: readonly LineResult[] = [{ kind: 'other' }];
const bad = (why: string): readonly LineResult[] => [{ kind: 'bad', why }];

/** Exports nest twice at most: a line of an export of a line that Lambda wrapped. */
const MAX_NESTED_EVENTS = 4;
const PLATFORM =
  /^\s*(?:\S+\s+){0,2}(?:START|END|REPORT|INIT_START|INIT_REPORT|EXTENSION|TELEMETRY|RESTORE_START|XRAY)\b/;
/** Between the events of `aws logs filter-log-events`, whose output has a key a line. */
const EXPORT_FRAME =
  /^\s*(?:[[\]{}]+,?|"(?:events|logEvents|logStreamName|logGroupName|timestamp|ingestionTime|eventId|id|searched\w+|next\w*Token|completely|\w+StreamName)":\s*(?:"[^"]*"|-?\d+|true|false|null|[[{][\]}]?),?)\s*$/;
const EXPORT_MESSAGE = /^\s*"@?message":\s*(".*"),?\s*$/;

/**
 * Reads a line as it was written, or as CloudWatch exported it: with a time before it, or inside an
 * event's `message`.
 */
export function readAuditLogLine(text: string, depth = 0): readonly LineResult[] {
  if (text.trim() === '') return OTHER;
  if (depth > MAX_NESTED_EVENTS) return bad('log events nested too deeply');
  const message = EXPORT_MESSAGE.exec(text)?.[1];
  if (message !== undefined) return fromJson(message, depth);
  if (EXPORT_FRAME.test(text)) return OTHER;
  const start = text.indexOf('{');
  if (start === -1) return PLATFORM.test(text) ? OTHER : bad('expected JSON');
  return fromJson(text.slice(start), depth);
}

function fromJson(json: string, depth: number): readonly LineResult[] {
  let value: unknown;
  try {
    value = JSON.parse(json.trim().replace(/\},$/, '}'));
  } catch {
    return PLATFORM.test(json)
      ? OTHER
      : bad('expected JSON, found a line that ends early or is something else');
  }
  return fromValue(value, depth);
}

type LineFields = Readonly<Record<string, unknown>>;

function fromValue(value: unknown, depth: number): readonly LineResult[] {
  if (typeof value === 'string') return readAuditLogLine(value, depth + 1);
  if (!isObject(value)) return bad('expected a record');
  if (value['record'] === RECORD_KIND) return [fromRecord(value)];
  if (value['_aws'] !== undefined) return OTHER;
  const events = value['events'] ?? value['logEvents'];
  if (Array.isArray(events)) return events.flatMap((event: unknown) => fromValue(event, depth + 1));
  const inner = value['message'] ?? value['@message'];
  if (typeof inner === 'string' || isObject(inner))
    return depth > MAX_NESTED_EVENTS
      ? bad('log events nested too deeply')
      : fromValue(inner, depth + 1);
  return isAccessLine(value) ? [fromAccess(value)] : OTHER;
}

type AccessField = keyof typeof ACCESS_LOG_FIELD;
const accessField = (value: LineFields, name: AccessField): unknown =>
  value[ACCESS_LOG_FIELD[name]];

const isAccessLine = (value: LineFields): boolean =>
  typeof accessField(value, 'route') === 'string' && accessField(value, 'status') !== undefined;

function fromRecord(value: LineFields): LineResult {
  if (value['v'] !== RECORD_VERSION)
    return { kind: 'version', version: JSON.stringify(value['v'] ?? null).slice(0, 20) };
  const at = Date.parse(String(value['time']));
  if (Number.isNaN(at)) return { kind: 'bad', why: 'a decision record without `time`' };
  const field = invalidField(value);
  if (field !== undefined)
    return { kind: 'bad', why: `a decision record with another \`${field}\` than expected` };
  return { kind: 'decision', at, record: value as unknown as DecisionRecord };
}

const isText = (value: unknown): boolean => typeof value === 'string';
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
const oneOf = (values: readonly unknown[]) => (value: unknown) => values.includes(value);
const optional = (is: (value: unknown) => boolean) => (value: unknown) =>
  value === undefined || is(value);

/** Tests for the fields that the commands work with. */
const FIELDS: readonly (readonly [keyof DecisionRecord, (value: unknown) => boolean])[] = [
  ['effect', oneOf(EFFECTS)],
  ['mode', oneOf(DECISION_MODES)],
  ['reason', (value) => typeof value === 'string' && /^[a-z0-9_]+$/.test(value)],
  ['mapVersion', isText],
  ['weight', (value) => typeof value === 'number' && Number.isFinite(value) && value >= 1],
  ['route', optional(isText)],
  ['code', optional((value) => typeof value === 'string' && Object.hasOwn(REFUSALS, value))],
  ['groups', optional(isTexts)],
  ['scopes', optional(isTexts)],
  ['unmappedGroups', optional((value) => Number.isSafeInteger(value) && Number(value) >= 0)],
  [
    'principal',
    optional(
      (value) => isObject(value) && isText(value['id']) && oneOf(PRINCIPAL_KINDS)(value['kind']),
    ),
  ],
  ['rule', optional((value) => isObject(value) && isText(value['path']))],
  [
    'quota',
    optional(
      (value) => isObject(value) && isText(value['name']) && typeof value['remaining'] === 'number',
    ),
  ],
];

const invalidField = (value: LineFields): string | undefined =>
  FIELDS.find(([name, fits]) => !fits(value[name]))?.[0];

/** API Gateway writes `-` where a variable has no value. */
const present = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' && value !== '-' && value !== 'null'
    ? value
    : undefined;

function fromAccess(value: LineFields): LineResult {
  const field = (name: AccessField): string | undefined => present(accessField(value, name));
  const status = Number(accessField(value, 'status'));
  // Access logs that others set up name it after the gateway's variable.
  const at = timeOf(accessField(value, 'time') ?? value['requestTime']);
  const route = field('route');
  if (at === undefined) return { kind: 'bad', why: 'a line of the access log without `time`' };
  if (!Number.isInteger(status))
    return { kind: 'bad', why: 'a line of the access log without `status`' };
  const caller = field('principal') ?? field('user') ?? field('client');
  const [mapVersion, code] = [field('mapVersion'), field('code')];
  const access = {
    route: route ?? '(no route)',
    status,
    ...(caller && { caller }),
    ...(mapVersion && { mapVersion }),
    ...(code && { code }),
  };
  return { kind: 'access', at, access };
}

/**
 * `$context.requestTime` in the common log format (`22/Nov/2026:10:15:30 +0000`), ISO 8601, or
 * milliseconds since the epoch.
 */
function timeOf(value: unknown): number | undefined {
  if (typeof value === 'number' || /^\d{13}$/.test(String(value))) return Number(value);
  const [, day, month, year, time, zone] =
    /^(\d{2})\/(\w{3})\/(\d{4}):([\d:]{8}) ([+-]\d{4})$/.exec(String(value)) ?? [];
  const at = Date.parse(
    day === undefined ? String(value) : `${day} ${month} ${year} ${time} ${zone}`,
  );
  return Number.isNaN(at) ? undefined : at;
}
