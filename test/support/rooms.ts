/** The rooms of the house, folders with code, and the arrows between them: imports of values. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

export interface House {
  readonly rooms: readonly string[];
  /** `from -> to`, each once. */
  readonly arrows: readonly string[];
}

const IMPORT = /^(?:import|export)\s+(type\s+)?([^;'"]*?)\s*from\s+'(\.[^']+)'/gm;
/** What is loaded when it is needed; types may be written so too (`typeof import`). */
const LATER = /(?<!typeof )\bimport\(\s*'(\.[^']+)',?\s*\)/g;

export function sourceFiles(folders: readonly string[]): readonly string[] {
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => !name.includes('node_modules'))
      .filter((name) => /\.(?:tsx?|mjs|cjs)$/.test(name) && !name.endsWith('.d.ts'))
      .map((name) => join(folder, name)),
  );
}

/**
 * Relative imports of a file's text, at its start or later; `import { type A }` takes types alone.
 */
export function importsOf(file: string, text: string): readonly Import[] {
  const to = (specifier: string) => join(dirname(file), specifier);
  const atStart = [...text.matchAll(IMPORT)].map(([, type, clause = '', specifier = '']) => ({
    from: file,
    to: to(specifier),
    typeOnly: type !== undefined || namesTypesAlone(clause),
  }));
  const later = [...text.matchAll(LATER)].map(([, specifier = '']) => ({
    from: file,
    to: to(specifier),
    typeOnly: false,
  }));
  return [...atStart, ...later];
}

function namesTypesAlone(clause: string): boolean {
  const names = /^\{([^}]*)\}$/.exec(clause.trim())?.[1]?.split(',') ?? [];
  const written = names.map((name) => name.trim()).filter((name) => name !== '');
  return written.length > 0 && written.every((name) => name.startsWith('type '));
}

export function importsIn(folders: readonly string[]): readonly Import[] {
  return sourceFiles(folders).flatMap((file) => importsOf(file, readFileSync(file, 'utf8')));
}

/** A folder right below `lib` with all that is in it, or a file that lies loose there. */
export const topRoomOf = (file: string): string => file.split('/').slice(0, 2).join('/');

/** @param roomOf the room of a file; its folder if not given. */
export function houseOf(
  imports: readonly Import[],
  files: readonly string[],
  roomOf: (file: string) => string = dirname,
): House {
  const values = imports.filter(({ typeOnly }) => !typeOnly);
  const between = values.map(({ from, to }) => [roomOf(from), roomOf(to)] as const);
  const arrows = between
    .filter(([from, to]) => from !== to)
    .map(([from, to]) => `${from} -> ${to}`);
  return {
    rooms: [...new Set(files.map((file) => roomOf(file)))].sort(),
    arrows: [...new Set(arrows)].sort(),
  };
}

/** Whether its end leads back to its start. */
export function closesCircle(arrow: string, arrows: readonly string[]): boolean {
  const [start = '', end = ''] = arrow.split(' -> ');
  const reached = new Set([end]);
  for (const room of reached)
    for (const next of arrows) if (next.startsWith(`${room} -> `)) reached.add(targetOf(next));
  return reached.has(start);
}

const targetOf = (arrow: string): string => arrow.split(' -> ')[1] ?? '';

/**
 * Rooms that reach themselves over others; each circle as the arrows left when rooms without a way
 * on are taken away.
 */
export function circlesOf(arrows: readonly string[]): readonly string[] {
  const ends = arrows.map((arrow) => arrow.split(' -> '));
  const leaves = (from: string | undefined) => ends.some(([start]) => start === from);
  const enters = (to: string | undefined) => ends.some(([, end]) => end === to);
  const kept = arrows.filter((arrow) => {
    const [from, to] = arrow.split(' -> ');
    return leaves(to) && enters(from);
  });
  return kept.length === arrows.length ? kept : circlesOf(kept);
}
