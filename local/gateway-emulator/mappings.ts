/**
 * Request parameter mappings of an HTTP API. Source: API Gateway Developer Guide, "Transform API
 * requests and responses for HTTP APIs" (syntax, reserved headers).
 */
import { TemplateError } from '../cloud-assembly.ts';
import { type Call, variable } from './call.ts';

export interface OutgoingRequest {
  /** Undefined: the integration's own path. */
  readonly path: string | undefined;
  /** Without the question mark. */
  readonly query: string;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
}

/**
 * What an overwrite with a missing or empty value does is undocumented. `passThrough`, the worst
 * case: what the client sent stays. `remove`: the header goes.
 */
export type MissingValue = 'passThrough' | 'remove';

export type ApplyMappings = (call: Call, outgoing: OutgoingRequest) => OutgoingRequest;

interface Mapping {
  readonly action: 'append' | 'overwrite' | 'remove';
  readonly place: (typeof PLACES)[number];
  readonly name: string;
  readonly value: (call: Call) => string | undefined;
}

const PLACES = ['header', 'querystring', 'path'] as const;

const reservedHeaders =
  /^(access-control-.*|apigw-.*|authorization|connection|content-encoding|content-length|content-location|forwarded|keep-alive|origin|proxy-authenticate|proxy-authorization|te|trailers|transfer-encoding|upgrade|x-amz-.*|x-amzn-.*|x-forwarded-for|x-forwarded-host|x-forwarded-proto|via|host)$/;

/** @throws TemplateError for a mapping that the service would refuse, or that is not served here */
export function createMappings(
  parameters: Readonly<Record<string, string>>,
  missing: MissingValue = 'passThrough',
): ApplyMappings {
  const mappings = Object.entries(parameters).map(([key, value]) => parseMapping(key, value));
  const order = ['remove', 'overwrite', 'append'];
  mappings.sort((a, b) => order.indexOf(a.action) - order.indexOf(b.action));
  return (call, outgoing) => {
    const headers = new Map(outgoing.headers);
    const query = new URLSearchParams(outgoing.query);
    let queryChanged = false;
    let path = outgoing.path;
    for (const mapping of mappings) {
      const value = mapping.value(call);
      if (mapping.place === 'path') path = value ?? path;
      else if (mapping.place === 'header') applyTo(headers, mapping, value, missing);
      else {
        queryChanged = true;
        applyTo(query, mapping, value, missing);
      }
    }
    return { path, headers, query: queryChanged ? query.toString() : outgoing.query };
  };
}

interface Target {
  readonly get: (name: string) => string | null | undefined;
  readonly set: (name: string, value: string) => unknown;
  readonly delete: (name: string) => unknown;
}

function applyTo(
  target: Target,
  mapping: Mapping,
  value: string | undefined,
  missing: MissingValue,
): void {
  const present = value !== undefined && value !== '';
  if (mapping.action === 'remove') target.delete(mapping.name);
  else if (!present) {
    if (mapping.action === 'overwrite' && missing === 'remove') target.delete(mapping.name);
  } else {
    const before = target.get(mapping.name);
    target.set(mapping.name, mapping.action === 'append' && before ? `${before},${value}` : value);
  }
}

function parseMapping(key: string, value: string): Mapping {
  const [, action, place = '', name = ''] =
    /^(append|overwrite|remove):(header|querystring|path)(?:\.(.+))?$/.exec(key) ?? [];
  const complete = place === 'path' ? name === '' && action === 'overwrite' : name !== '';
  if ((action !== 'append' && action !== 'overwrite' && action !== 'remove') || !complete) {
    throw new TemplateError(
      `request parameters: expected append, overwrite or remove of a header, querystring or path, found \`${key}\``,
    );
  }
  if (place === 'header' && reservedHeaders.test(name.toLowerCase())) {
    throw new TemplateError(
      `request parameters: \`${name}\` is a reserved header that the service does not map`,
    );
  }
  return {
    action,
    place: PLACES.find((known) => known === place) ?? 'querystring',
    name: place === 'header' ? name.toLowerCase() : name,
    value: action === 'remove' ? () => undefined : parseValue(value),
  };
}

/**
 * `$context.x`, a text with `${context.x}` in it, or a literal. Where one variable of several is
 * missing, the whole value is.
 */
function parseValue(text: string): (call: Call) => string | undefined {
  if (/^\$[A-Za-z]/.test(text)) return single(text.slice(1));
  const parts = text
    .split(/(\$\{[^}]*\})/)
    .map((part) => (part.startsWith('${') ? single(part.slice(2, -1)) : () => part));
  return (call) => {
    const values = parts.map((part) => part(call));
    return values.includes(undefined) ? undefined : values.join('');
  };
}

function single(name: string): (call: Call) => string | undefined {
  if (
    !/^(context\.|stageVariables\.|request\.header\.|request\.querystring\.|request\.path(\.|$))/.test(
      name,
    )
  ) {
    throw new TemplateError(`request parameters: \`$${name}\` is not served locally`);
  }
  return (call) => variable(call, name);
}
