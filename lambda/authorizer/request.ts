/** What the authorizer reads from a gateway event; each kind of event has its own reader. */
import { type ReasonOf, type Refusal, refuse } from '../core/contract/codes.ts';
import { isUnambiguousParameter, parametersOf } from '../core/decision/path-parameter.ts';

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
  /**
   * The request's path, when the gateway matched a catch-all (greedy or `$default`) route; it selects
   * the route below.
   */
  readonly catchAllPath?: CatchAllPath | undefined;
  /** ARN of the request: `arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/path`. */
  readonly arn: string;
  /** Values of the Authorization header. */
  readonly authorization: readonly string[];
  /** Set when a path parameter could mean more than one route. */
  readonly pathRefusal: Refusal | undefined;
}

/** The path of a request that a catch-all route matched. */
export interface CatchAllPath {
  /** Without stage and base path; an HTTP API has decoded it where it is a parameter. */
  readonly path: string;
  /** As sent, whatever stands before it. */
  readonly sent: string;
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
export type Fields = Readonly<Record<string, unknown>>;

export function fieldsOf(value: unknown, field: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new MalformedEvent('field_missing', field);
  return value as Fields;
}

export function textOf(value: unknown, field: string): string {
  if (typeof value !== 'string' || value === '') throw new MalformedEvent('field_missing', field);
  return value;
}

/**
 * Checks that the ARN is a request's, of the same API and method, and of the same stage where one
 * is given. Only five colons are split off: paths may hold more. Source: API Gateway Developer
 * Guide, "ARN format reference".
 */
export function assertRequestArn(arn: string, { apiId, method, stage, field }: ArnFacts): void {
  const [prefix, partition, service] = arn.split(':', 3);
  const resource = /^(?:[^:]*:){5}([^/]+)\/([^/]+)\/([^/]+)\//.exec(arn);
  if (
    prefix !== 'arn' ||
    !partition ||
    service !== 'execute-api' ||
    resource?.[1] !== apiId ||
    (stage ?? resource[2]) !== resource[2]
  )
    throw new MalformedEvent('field_missing', field);
  if (resource[3] !== method) throw new MalformedEvent('method_disagrees', field);
}

export interface ArnFacts {
  readonly apiId: string;
  readonly method: string;
  /** Absent: any stage. */
  readonly stage?: string;
  /** The event's field that holds the ARN. */
  readonly field: string;
}

/**
 * Refuses parameters that a back end could read as another route. Every parameter of the template
 * is required.
 */
export function checkParameters(template: string, values: unknown): Refusal | undefined {
  const parameters = parametersOf(template);
  if (parameters.length === 0) return undefined;
  const given = fieldsOf(values, 'pathParameters');
  for (const { name, greedy } of parameters) {
    const value = Object.hasOwn(given, name) ? given[name] : '';
    if (typeof value !== 'string' || !isUnambiguousParameter(value, greedy))
      return refuse('PATH_REFUSED', 'ambiguous_parameter');
  }
  return undefined;
}

/** Values of a header whose name may be written in any case; text alone counts. */
export const headerValues = (headers: unknown, wanted: string): readonly string[] =>
  entriesNamed(headers, wanted).filter(isText);

/** The same for headers with a list of values each. */
export const listedHeaderValues = (headers: unknown, wanted: string): readonly string[] =>
  entriesNamed(headers, wanted).filter(Array.isArray).flat().filter(isText);

function entriesNamed(headers: unknown, wanted: string): readonly unknown[] {
  if (typeof headers !== 'object' || headers === null) return [];
  return Object.entries(headers).flatMap(([name, value]) =>
    name.toLowerCase() === wanted ? [value] : [],
  );
}

const isText = (value: unknown): value is string => typeof value === 'string';

/**
 * The path of a request on a catch-all route, without stage and base path: `$default` holds all of
 * it, a greedy route its parameter. Undefined for any other route.
 * @param sent the path as sent, as far as the event has it so; a stage or a base path may stand
 * before it.
 */
export function catchAllPathOf(
  template: string,
  values: unknown,
  sent: string,
): CatchAllPath | undefined {
  if (template === '$default') return { path: sent, sent };
  if (!template.endsWith('+}')) return undefined;
  const given = fieldsOf(values, 'pathParameters');
  const path = template.replace(/\{([^{}+]+)\+?\}/g, (_, name: string) =>
    Object.hasOwn(given, name) ? String(given[name]) : '',
  );
  return { path, sent };
}
