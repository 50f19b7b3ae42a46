/** Characters that look like others and come along with a copied text. */
import { code, type Detail } from './problems.ts';

const NAMED = [
  [/[\u00a0\u2007\u202f]/, 'a no-break space', 'write a plain space'],
  [/\p{Script=Cyrillic}/u, 'a Cyrillic letter', 'write the Latin one'],
] as const;

/** Names the character that makes a text another one than it seems; nothing if there is none. */
export function foreignLetter(text: string): Pick<Detail, 'fix'> {
  for (const [pattern, name, advice] of NAMED) {
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) {
      const digits = (found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
      return { fix: `${code(found)} (U+${digits}) is ${name}, ${advice}` };
    }
  }
  return {};
}
