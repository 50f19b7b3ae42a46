/**
 * Gives text the type that the schema states for its place: YAML scalars arrive as text, numbers
 * from JSON as numbers.
 */

import { isObject } from '../../../lambda/core/json/json-object.ts';

interface Shape {
  readonly type?: string | readonly string[];
  readonly properties?: { readonly [key: string]: Shape };
  readonly additionalProperties?: Shape | boolean;
  readonly items?: Shape;
}

/**
 * A copy of `data` in which integers, numbers, booleans and null written as text are what they say;
 * everything else is as it was.
 */
export function convert(data: unknown, shape: Shape | undefined): unknown {
  if (!shape) return data;
  if (typeof data === 'string') return scalar(data, shape.type);
  if (Array.isArray(data)) return data.map((item: unknown) => convert(item, shape.items));
  if (!isObject(data)) return data;
  const copy: Record<string, unknown> = Object.create(null);
  for (const [key, value] of Object.entries(data)) copy[key] = convert(value, shapeOf(shape, key));
  return copy;
}

function shapeOf({ properties, additionalProperties }: Shape, key: string): Shape | undefined {
  if (properties && Object.hasOwn(properties, key)) return properties[key];
  return typeof additionalProperties === 'object' ? additionalProperties : undefined;
}

function scalar(text: string, type: Shape['type']): unknown {
  if (type === 'integer' && /^(?:0|[1-9][0-9]{0,15})$/.test(text)) return Number(text);
  if (type === 'number' && /^(?:0|[1-9][0-9]{0,15})(?:\.[0-9]{1,15})?$/.test(text))
    return Number(text);
  if (Array.isArray(type) && type.includes('null') && (text === 'null' || text === '~'))
    return null;
  if ([type].flat().includes('boolean') && (text === 'true' || text === 'false'))
    return text === 'true';
  return text;
}
