/** Other spellings of a path, each by one thing that some back end does not tell apart. */
import type { Random } from '../../lib/watch/random.ts';

export type SpellingClass =
  | 'case'
  | 'decode'
  | 'matrix'
  | 'slashes'
  | 'dots'
  | 'trailing_slash'
  | 'suffix'
  | 'backslash'
  | 'trailing_dot_or_space'
  | 'query';

const at = (path: string, random: Random): number => 1 + random.below(path.length - 1);
const replaced = (path: string, index: number, by: (character: string) => string): string =>
  `${path.slice(0, index)}${by(path[index] ?? '')}${path.slice(index + 1)}`;
const escaped = (character: string): string =>
  `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
const inserted = (path: string, random: Random, text: string): string => {
  const segments = path.split('/');
  segments.splice(1 + random.below(segments.length - 1), 0, ...text.split('/'));
  return segments.join('/');
};

const SPELL: Readonly<Record<SpellingClass, (path: string, random: Random) => string>> = {
  case: (path, random) => replaced(path, at(path, random), (character) => character.toUpperCase()),
  decode: (path, random) =>
    replaced(path, at(path, random), (character) => (character === '/' ? '/' : escaped(character))),
  matrix: (path, random) => {
    const segments = path.split('/');
    const index = 1 + random.below(segments.length - 1);
    const parameter = random.pick([';', ';x', ';v=1', '%3bx']);
    return segments
      .map((segment, place) => (place === index ? segment + parameter : segment))
      .join('/');
  },
  slashes: (path, random) => inserted(path, random, ''),
  dots: (path, random) =>
    inserted(path, random, random.pick(['.', 'x/..', '%2e', 'x/%2e%2e', 'x/..;'])),
  trailing_slash: (path) => `${path}/`,
  suffix: (path, random) => path + random.pick(['.json', '.xml', '.html']),
  backslash: (path) => `/${path.slice(1).replaceAll('/', '%5c')}`,
  trailing_dot_or_space: (path, random) => path + random.pick(['.', '%20', '..']),
  query: (path, random) => path + random.pick(['%3fx', '%23x', '%00']),
};

const CLASSES = Object.keys(SPELL) as SpellingClass[];

export interface Spelling {
  readonly path: string;
  readonly classes: readonly SpellingClass[];
}

/** One to three classes, one after the other; half of the spellings have one. */
export function spell(path: string, random: Random): Spelling {
  const count = random.next() < 0.5 ? 1 : 2 + random.below(2);
  const classes = Array.from({ length: count }, () => random.pick(CLASSES));
  return { path: classes.reduce((text, one) => SPELL[one](text, random), path), classes };
}
