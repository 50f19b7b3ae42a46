/** Reads a resource's properties so that nothing in them is overlooked. */

import { isObject } from '../../lambda/core/json/json-object.ts';
import { type Resolve, type Resource, TemplateError } from './intrinsics.ts';

/**
 * Resolved properties of one resource; each getter names the resource when the value is not what it
 * should be.
 */
export interface Properties {
  readonly at: string;
  readonly text: (name: string) => string;
  readonly optionalText: (name: string) => string | undefined;
  readonly optionalNumber: (name: string) => number | undefined;
  readonly flag: (name: string) => boolean;
  readonly texts: (name: string) => readonly string[];
  readonly textMap: (name: string) => Readonly<Record<string, string>>;
  readonly object: (name: string) => Readonly<Record<string, unknown>> | undefined;
}

/**
 * The properties of a resource of which only the named ones are served.
 * @throws TemplateError for a property that is not named: it would change the deployed API and not
 * the local one
 */
export function readProperties(
  id: string,
  resource: Resource,
  resolve: Resolve,
  served: readonly string[],
): Properties {
  const at = `${resource.Type} \`${id}\``;
  const raw = resource.Properties ?? {};
  const unexpected = Object.keys(raw).find((name) => !served.includes(name));
  if (unexpected !== undefined)
    throw new TemplateError(`${at}: property \`${unexpected}\` is not served locally`);
  return propertiesOf(at, resolve(raw) as Readonly<Record<string, unknown>>);
}

export function propertiesOf(at: string, values: Readonly<Record<string, unknown>>): Properties {
  const optionalText = (name: string): string | undefined => {
    const value = values[name];
    if (value === undefined || typeof value === 'string') return value;
    throw new TemplateError(`${at}: \`${name}\`: expected text, found ${typeof value}`);
  };
  const object = (name: string): Readonly<Record<string, unknown>> | undefined => {
    const value = values[name];
    if (value === undefined || isObject(value)) return value;
    throw new TemplateError(`${at}: \`${name}\`: expected an object, found ${typeof value}`);
  };
  return {
    at,
    optionalText,
    object,
    text: (name) => {
      const value = optionalText(name);
      if (value === undefined) throw new TemplateError(`${at}: \`${name}\` is missing`);
      return value;
    },
    optionalNumber: (name) => {
      const value = values[name];
      if (value === undefined) return undefined;
      if (!Number.isFinite(Number(value)))
        throw new TemplateError(`${at}: \`${name}\`: expected a number`);
      return Number(value);
    },
    flag: (name) => values[name] === true || values[name] === 'true',
    texts: (name) => {
      const value = values[name] ?? [];
      if (!Array.isArray(value)) throw new TemplateError(`${at}: \`${name}\`: expected a list`);
      return value.map(String);
    },
    textMap: (name) =>
      Object.fromEntries(
        Object.entries(object(name) ?? {}).map(([key, value]) => [key, String(value)]),
      ),
  };
}
