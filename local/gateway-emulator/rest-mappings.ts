/**
 * Request parameter mappings of a REST API's HTTP proxy, and the values that gateway responses
 * take. Source: API Gateway Developer Guide, "Set up request and response data mappings", "Gateway
 * response types".
 */
import { TemplateError } from '../cloud-assembly.ts';
import { type Call, variable } from './call.ts';
import type { MissingValue } from './mappings.ts';

export type ReadValue = (call: Call) => string | undefined;

export interface RestMapping {
  readonly headers: (
    call: Call,
    headers: ReadonlyMap<string, string>,
  ) => ReadonlyMap<string, string>;
  /** Path of the outgoing request, parameters put in as they were sent. */
  readonly path: (call: Call) => string;
}

/** @throws TemplateError for a mapping that the service would refuse, or that is not served here */
export function createRestMapping(
  uri: string,
  parameters: Readonly<Record<string, string>>,
  missing: MissingValue,
): RestMapping {
  const path = uri.replace(/^https?:\/\/[^/]*/, '') || '/';
  const places = new Map<string, ReadValue>();
  const headers = new Map<string, ReadValue>();
  for (const [key, value] of Object.entries(parameters)) {
    const [, place, name = ''] = /^integration\.request\.(header|path)\.(.+)$/.exec(key) ?? [];
    if (place === undefined)
      throw new TemplateError(`request parameters: \`${key}\` is not served locally`);
    if (place === 'path') places.set(name, readValue(value));
    else headers.set(name.toLowerCase(), readValue(value));
  }
  const unmapped = Array.from(path.matchAll(/\{([^}]+)\}/g), ([, name = '']) => name).find(
    (name) => !places.has(name),
  );
  if (unmapped !== undefined)
    throw new TemplateError(`request parameters: \`{${unmapped}}\` of the URI is not mapped`);
  return {
    path: (call) =>
      path.replaceAll(/\{([^}]+)\}/g, (_all, name: string) => places.get(name)?.(call) ?? ''),
    headers: (call, incoming) => {
      const outgoing = new Map(incoming);
      for (const [name, read] of headers) {
        const value = read(call);
        if (value !== undefined && value !== '') outgoing.set(name, value);
        else if (missing === 'remove') outgoing.delete(name);
      }
      return outgoing;
    },
  };
}

/** `'literal'`, `context.x`, `stageVariables.x` or `method.request.(header|querystring|path).x`. */
export function readValue(text: string): ReadValue {
  const literal = /^'([^']*)'$/.exec(text)?.[1];
  if (literal !== undefined) return () => literal;
  if (!/^(context|stageVariables|method\.request\.(header|querystring|path))\.\S+$/.test(text)) {
    throw new TemplateError(
      `expected a literal in quotes, or a variable of the request, found \`${text}\``,
    );
  }
  return (call) => variable(call, text.replace(/^method\./, ''));
}
