/** Characters that look like others, or like nothing, and come along with a copied text. */
import unhomoglyph from 'unhomoglyph';
import { code, type Detail } from './problems.ts';

interface OddLetter {
  readonly letter: string;
  /** `a Cyrillic letter` */
  readonly is: string;
  /** What to do about it. */
  readonly advice: string;
}

interface Kind {
  readonly letters: RegExp;
  readonly is: string;
  readonly advice: string | ((letter: string) => string);
}

const PLAIN_SPACE = 'write a plain space';
const LATIN = 'write the Latin one';

/** Nobody types these, in any language: a text that has one is not the text that it looks like. */
const HIDDEN: readonly Kind[] = [
  { letters: /[\u00a0\u2007\u202f]/u, is: 'a no-break space', advice: PLAIN_SPACE },
  {
    letters: /[\u1680\u2000-\u2006\u2008-\u200a\u205f\u3000]/u,
    is: 'a space of another kind',
    advice: PLAIN_SPACE,
  },
  // Joiners and selectors belong to some scripts and to signs, between letters beyond ASCII.
  {
    letters:
      /(?![\u200c\u200d]|[\ufe00-\ufe0f])\p{DI}|(?<=^|\p{ASCII})(?:\u200c|\u200d)|(?:\u200c|\u200d)(?=\p{ASCII}|$)/u,
    is: 'a character that is not shown',
    advice: 'remove it',
  },
];

const QUOTE = '[\\u2018-\\u201f\\u2039\\u203a\\u00ab\\u00bb\\u300c-\\u300f\\uff02\\uff07]';

/** In texts of ASCII alone: YAML, keys, routes, patterns. */
const BEYOND_ASCII: readonly Kind[] = [
  { letters: new RegExp(QUOTE, 'u'), is: 'a typographic quote', advice: 'write `"`' },
  { letters: /[\u2010-\u2015\u2212\ufe58\ufe63]/u, is: 'a typographic dash', advice: 'write `-`' },
  {
    letters: /[\uff01-\uff5e]/u,
    is: 'a full-width character',
    advice: (letter) => `write ${code(letter.normalize('NFKC'))}`,
  },
  { letters: /\p{Script=Cyrillic}/u, is: 'a Cyrillic letter', advice: LATIN },
  { letters: /\p{Script=Greek}/u, is: 'a Greek letter', advice: LATIN },
];

const firstOf = (text: string, kinds: readonly Kind[]): OddLetter | undefined => {
  for (const { letters, is, advice } of kinds) {
    const letter = letters.exec(text)?.[0];
    if (letter !== undefined)
      return { letter, is, advice: typeof advice === 'string' ? advice : advice(letter) };
  }
  return undefined;
};

/** `U+00A0` */
const pointOf = (letter: string): string =>
  `U+${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

const named = ({ letter, is }: OddLetter): string =>
  `${code(letter)} (${pointOf(letter)}) is ${is}`;

/** The first space that is no plain one, or character that is not shown. */
export const hiddenLetter = (text: string): OddLetter | undefined => firstOf(text, HIDDEN);

/** `a no-break space (U+00A0)` */
export const hiddenName = ({ letter, is }: OddLetter): string => `${is} (${pointOf(letter)})`;

/** Whether typographic quotes are around a text, as if they were YAML's. */
export const isQuotedOddly = (text: string): boolean =>
  new RegExp(`^${QUOTE}.*${QUOTE}$`, 'su').test(text);

/** Names what makes an ASCII text differ from what it looks like; undefined without. */
export function oddLetterFix(text: string): Pick<Detail, 'fix'> {
  const odd = firstOf(text, [...HIDDEN, ...BEYOND_ASCII]);
  return odd === undefined ? {} : { fix: `${named(odd)}, ${odd.advice}` };
}

/** Letters of two alphabets in one word, one of which looks like the other's. */
function mixedLetter(text: string): OddLetter | undefined {
  for (const [word] of text.matchAll(/[\p{L}\p{N}]+/gu)) {
    if (!/[A-Za-z]/.test(word)) continue;
    const odd = [...word].find(
      (letter) => letter > '\x7f' && /^[A-Za-z]+$/.test(unhomoglyph(letter)),
    );
    if (odd !== undefined) return firstOf(odd, BEYOND_ASCII);
  }
  return undefined;
}

const inName = (name: string): OddLetter | undefined => {
  const edge = isQuotedOddly(name) || /^[\u2010-\u2015\u2212]\s/u.test(name);
  return (
    hiddenLetter(name) ?? mixedLetter(name) ?? (edge ? firstOf(name, BEYOND_ASCII) : undefined)
  );
};

/**
 * What tells a name apart from the one that is meant, where that cannot be seen: names may be of
 * any alphabet.
 */
export function oddNameFix(found: string, nearest: string | undefined): Pick<Detail, 'fix'> {
  const odd = inName(found);
  if (odd !== undefined && nearest?.includes(odd.letter) !== true)
    return { fix: `${named(odd)}, ${odd.advice}` };
  const other = nearest === undefined ? undefined : inName(nearest);
  return other === undefined || found.includes(other.letter)
    ? {}
    : { fix: `in the other name ${named(other)}` };
}
