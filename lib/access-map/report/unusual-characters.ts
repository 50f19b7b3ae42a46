/** Characters that look like others, or that nobody sees, as copied text contains them. */
import unhomoglyph from 'unhomoglyph';
import { code, type Detail } from './problems.ts';

interface UnusualCharacter {
  readonly character: string;
  /** `a Cyrillic letter` */
  readonly is: string;
  /** What to do about it. */
  readonly advice: string;
}

interface Kind {
  readonly characters: RegExp;
  readonly is: string;
  readonly advice: string | ((character: string) => string);
}

const PLAIN_SPACE = 'write a plain space';
const LATIN = 'write the Latin one';

/** Nobody types these, in any language: a text that has one is not the text that it looks like. */
const HIDDEN: readonly Kind[] = [
  { characters: /[\u00a0\u2007\u202f]/u, is: 'a no-break space', advice: PLAIN_SPACE },
  {
    characters: /[\u1680\u2000-\u2006\u2008-\u200a\u205f\u3000]/u,
    is: 'a space of another kind',
    advice: PLAIN_SPACE,
  },
  // Joiners and selectors belong to some scripts and to signs, between letters beyond ASCII.
  {
    characters:
      /(?![\u200c\u200d]|[\ufe00-\ufe0f])\p{DI}|(?<=^|\p{ASCII})(?:\u200c|\u200d)|(?:\u200c|\u200d)(?=\p{ASCII}|$)/u,
    is: 'a character that is not shown',
    advice: 'remove it',
  },
];

const QUOTE = '[\\u2018-\\u201f\\u2039\\u203a\\u00ab\\u00bb\\u300c-\\u300f\\uff02\\uff07]';

/** In texts of ASCII alone: YAML, keys, routes, patterns. */
const BEYOND_ASCII: readonly Kind[] = [
  { characters: new RegExp(QUOTE, 'u'), is: 'a typographic quote', advice: 'write `"`' },
  {
    characters: /[\u2010-\u2015\u2212\ufe58\ufe63]/u,
    is: 'a typographic dash',
    advice: 'write `-`',
  },
  {
    characters: /[\uff01-\uff5e]/u,
    is: 'a full-width character',
    advice: (character) => `write ${code(character.normalize('NFKC'))}`,
  },
  { characters: /\p{Script=Cyrillic}/u, is: 'a Cyrillic letter', advice: LATIN },
  { characters: /\p{Script=Greek}/u, is: 'a Greek letter', advice: LATIN },
];

const firstOf = (text: string, kinds: readonly Kind[]): UnusualCharacter | undefined => {
  for (const { characters, is, advice } of kinds) {
    const character = characters.exec(text)?.[0];
    if (character !== undefined)
      return { character, is, advice: typeof advice === 'string' ? advice : advice(character) };
  }
  return undefined;
};

/** `U+00A0` */
const pointOf = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

const named = ({ character, is }: UnusualCharacter): string =>
  `${code(character)} (${pointOf(character)}) is ${is}`;

/** The first space that is no plain one, or character that is not shown. */
export const hiddenCharacter = (text: string): UnusualCharacter | undefined =>
  firstOf(text, HIDDEN);

/** `a no-break space (U+00A0)` */
export const hiddenName = ({ character, is }: UnusualCharacter): string =>
  `${is} (${pointOf(character)})`;

/** Whether typographic quotes are around a text, as if they were YAML's. */
export const hasTypographicQuotes = (text: string): boolean =>
  new RegExp(`^${QUOTE}.*${QUOTE}$`, 'su').test(text);

/** Names what makes an ASCII text differ from what it looks like; undefined without. */
export function unusualCharacterFix(text: string): Pick<Detail, 'fix'> {
  const unusual = firstOf(text, [...HIDDEN, ...BEYOND_ASCII]);
  return unusual === undefined ? {} : { fix: `${named(unusual)}, ${unusual.advice}` };
}

/** Letters of two alphabets in one word, one of which looks like the other's. */
function mixedCharacter(text: string): UnusualCharacter | undefined {
  for (const [word] of text.matchAll(/[\p{L}\p{N}]+/gu)) {
    if (!/[A-Za-z]/.test(word)) continue;
    const unusual = [...word].find(
      (character) => character > '\x7f' && /^[A-Za-z]+$/.test(unhomoglyph(character)),
    );
    if (unusual !== undefined) return firstOf(unusual, BEYOND_ASCII);
  }
  return undefined;
}

const inName = (name: string): UnusualCharacter | undefined => {
  const edge = hasTypographicQuotes(name) || /^[\u2010-\u2015\u2212]\s/u.test(name);
  return (
    hiddenCharacter(name) ??
    mixedCharacter(name) ??
    (edge ? firstOf(name, BEYOND_ASCII) : undefined)
  );
};

/**
 * What tells a name apart from the one that is meant, where that cannot be seen: names may be of
 * any alphabet.
 */
export function nameFix(found: string, nearest: string | undefined): Pick<Detail, 'fix'> {
  const unusual = inName(found);
  if (unusual !== undefined && nearest?.includes(unusual.character) !== true)
    return { fix: `${named(unusual)}, ${unusual.advice}` };
  const other = nearest === undefined ? undefined : inName(nearest);
  return other === undefined || found.includes(other.character)
    ? {}
    : { fix: `in the other name ${named(other)}` };
}
