/** What the authorizer reads from a gateway event; each kind of event has its own reader. */
import { type ReasonOf, type Refusal, refuse } from '../core/contract/codes.ts';
import { METHOD_OVERRIDE_FIELD, METHOD_OVERRIDE_HEADERS } from '../core/contract/overrides.ts';
import { parseRequestArn } from '../core/contract/request-arn.ts';
import { isObject } from '../core/json/json-object.ts';
import { decode } from '../core/path/decode.ts';
import { parametersOf } from '../core/path/route-template.ts';

export interface GatewayRequest {
  readonly requestId: string;
  readonly apiId: string;
  readonly stage: string;
  /**
   * Request method and the template that the gateway matched: `GET /orders/{id}`, or
   * `GET $default`.
   */
  readonly route: string;
  /**
   * The gateway's own route keys that the request can have matched: `ANY /orders/{id}`. Absent:
   * `route`.
   */
  readonly routeKeys?: readonly string[];
  /** The route that the gateway matched, once `route` is the one that the path means. */
  readonly arrived?: string;
  /** What a back end may make another route of. */
  readonly sent: SentPath;
  /**
   * Keys of routes that the API has and the map does not have, and that the path may mean;
   * `unknown` where they could not be read. Absent: there are none.
   */
  readonly unmapped?: readonly string[] | 'unknown';
  /** ARN of the request: `arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/path`. */
  readonly arn: string;
  /** Values of the Authorization header. */
  readonly authorization: readonly string[];
  /**
   * Set where the event's own form of the path is no gateway's; what it means is evaluated later.
   */
  readonly pathRefusal: Refusal | undefined;
}

export interface SentPath {
  /**
   * The path without stage and base path: the matched template with the values of its parameters,
   * for `$default` all of it. The first names the route; further forms are the same path, decoded
   * or not.
   */
  readonly paths: readonly string[];
  /** The path in the event's other fields, with whatever is before it. */
  readonly others: readonly string[];
  /** Methods that headers and the query name beside the request's own, as sent. */
  readonly overrides: readonly string[];
  /** Whether the request came in by another domain than the API's own. */
  readonly customDomain: boolean;
}

/**
 * The event is malformed. The message names the field, never its value.
 */
export class MalformedEvent extends Error {
  override readonly name = 'MalformedEvent';
  readonly refusal: Refusal;
  constructor(reason: ReasonOf<'EVENT_MALFORMED'>, field: string) {
    super(`event field \`${field}\` is missing or not of its documented form`);
    this.refusal = refuse('EVENT_MALFORMED', reason);
  }
}

/** The fields of an object, or of nothing. */
export type EventFields = Readonly<Record<string, unknown>>;

export function fieldsOf(value: unknown, field: string): EventFields {
  if (!isObject(value)) throw new MalformedEvent('field_missing', field);
  return value;
}

export function textOf(value: unknown, field: string): string {
  if (typeof value !== 'string' || value === '') throw new MalformedEvent('field_missing', field);
  return value;
}

/**
 * Checks that the ARN is a request's, of the same API and method, and of the same stage where one
 * is given.
 */
export function assertRequestArn(arn: string, { apiId, method, stage, field }: ArnFacts): void {
  const request = parseRequestArn(arn);
  if (request?.apiId !== apiId || (stage ?? request.stage) !== request.stage)
    throw new MalformedEvent('field_missing', field);
  if (request.method !== method) throw new MalformedEvent('method_disagrees', field);
}

export interface ArnFacts {
  readonly apiId: string;
  readonly method: string;
  /** Absent: any stage. */
  readonly stage?: string;
  /** The event's field that holds the ARN. */
  readonly field: string;
}

/** The values of a template's parameters; none for a template without. */
export const parametersIn = (template: string, values: unknown): EventFields =>
  parametersOf(template).length > 0 ? fieldsOf(values, 'pathParameters') : {};

/** Values of a header whose name may be written in any case; text alone counts. */
export const headerValues = (headers: unknown, wanted: string): readonly string[] =>
  entriesNamed(headers, wanted).filter(isText);

/** The same for headers with a list of values each. */
export const listedHeaderValues = (headers: unknown, wanted: string): readonly string[] =>
  entriesNamed(headers, wanted).flatMap((listed) =>
    Array.isArray(listed) ? listed.filter(isText) : [],
  );

function entriesNamed(headers: unknown, wanted: string): readonly unknown[] {
  return valuesWhere(
    [headers],
    (name) => name.length === wanted.length && name.toLowerCase() === wanted,
  );
}

const isText = (value: unknown): value is string => typeof value === 'string';

/**
 * Methods that the request names beside its own. CGI, WSGI and PHP read hyphens and underscores in
 * a header's name as one. Source: RFC 3875, section 4.1.18.
 * @param headers objects with headers, and `queries` with parameters of the query, each a text or a
 * list of texts.
 */
export function overridesIn(
  headers: readonly unknown[],
  queries: readonly unknown[],
): readonly string[] {
  return [
    ...valuesWhere(headers, isOverrideHeader).flat().filter(isText),
    ...queries.flatMap(overrideFields),
  ];
}

/**
 * Values of the fields that name a method; parsers that end a field at `;` find them inside others:
 * `a=1;_method=PUT`.
 */
const overrideFields = (query: unknown): readonly string[] =>
  Object.entries(query ?? {})
    .flatMap(([name, values]: [string, unknown]) =>
      [values]
        .flat()
        .filter(isText)
        .flatMap((value) => `${name}=${value}`.split(/[;&]/)),
    )
    .map((field) => field.split('='))
    .filter(([name = '']) => isOverrideField(name))
    .map(([, ...value]) => value.join('='));

const OVERRIDE_HEADERS: ReadonlySet<string> = new Set(METHOD_OVERRIDE_HEADERS);
const OVERRIDE_LENGTHS = new Set(METHOD_OVERRIDE_HEADERS.map(({ length }) => length));

/** By their length first, which few others have. */
const isOverrideHeader = (name: string): boolean =>
  OVERRIDE_LENGTHS.has(name.length) &&
  OVERRIDE_HEADERS.has(name.toLowerCase().replaceAll('_', '-'));

/**
 * PHP ends a name at NUL. Whether a gateway has decoded the name is not documented for all of them.
 */
const isOverrideField = (name: string): boolean =>
  METHOD_OVERRIDE_FIELD.test(decode(name, 'strict').split('\0')[0] ?? '');

function valuesWhere(
  objects: readonly unknown[],
  isWanted: (name: string) => boolean,
): readonly unknown[] {
  const values: unknown[] = [];
  for (const object of objects) {
    if (!isObject(object)) continue;
    for (const name of Object.keys(object)) if (isWanted(name)) values.push(object[name]);
  }
  return values;
}

/**
 * Whether a request came in by another domain than the API's own, of which the event may say
 * nothing.
 */
export const isCustomDomain = (domainName: unknown, apiId: string): boolean =>
  isText(domainName) &&
  !(domainName.startsWith(apiId) && OWN_DOMAIN.test(domainName.slice(apiId.length)));

const OWN_DOMAIN = /^(?:-vpce-[^.]*)?\.execute-api\./;

/** Those of the fields that are texts. */
export const textsOf = (...fields: readonly unknown[]): readonly string[] => fields.filter(isText);
