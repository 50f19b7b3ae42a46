/** Every text of a map's data, keys included. */
import { isObject } from '../../../lambda/core/json/json-object.ts';
import { escapePointer } from './problems.ts';

type Visit = (text: string, pointer: string, of: 'value' | 'key') => void;

/** Visits each text in the order of the file, a key before what is below it. */
export function eachText(value: unknown, visit: Visit, pointer = ''): void {
  if (typeof value === 'string') visit(value, pointer, 'value');
  else if (Array.isArray(value))
    for (const [at, item] of value.entries()) eachText(item, visit, `${pointer}/${at}`);
  else if (isObject(value))
    for (const [key, item] of Object.entries(value)) {
      const below = `${pointer}/${escapePointer(key)}`;
      visit(key, below, 'key');
      eachText(item, visit, below);
    }
}
