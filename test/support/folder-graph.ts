/** Folders with code, and the edges between them: imports of values. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

export interface FolderGraph {
  readonly folders: readonly string[];
  /** `from -> to`, each once. */
  readonly edges: readonly string[];
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
export const topFolderOf = (file: string): string => file.split('/').slice(0, 2).join('/');

/** @param folderOf the folder that a file counts for; its own if not given. */
export function folderGraphOf(
  imports: readonly Import[],
  files: readonly string[],
  folderOf: (file: string) => string = dirname,
): FolderGraph {
  const values = imports.filter(({ typeOnly }) => !typeOnly);
  const between = values.map(({ from, to }) => [folderOf(from), folderOf(to)] as const);
  const edges = between.filter(([from, to]) => from !== to).map(([from, to]) => `${from} -> ${to}`);
  return {
    folders: [...new Set(files.map((file) => folderOf(file)))].sort(),
    edges: [...new Set(edges)].sort(),
  };
}

/** Whether its end leads back to its start. */
export function closesCycle(edge: string, edges: readonly string[]): boolean {
  const [start = '', end = ''] = edge.split(' -> ');
  const reached = new Set([end]);
  for (const folder of reached)
    for (const next of edges) if (next.startsWith(`${folder} -> `)) reached.add(targetOf(next));
  return reached.has(start);
}

const targetOf = (edge: string): string => edge.split(' -> ')[1] ?? '';

/**
 * Folders that reach themselves over others; each cycle as the edges that are left when folders
 * without a way on are removed.
 */
export function cyclesOf(edges: readonly string[]): readonly string[] {
  const ends = edges.map((edge) => edge.split(' -> '));
  const leaves = (from: string | undefined) => ends.some(([start]) => start === from);
  const enters = (to: string | undefined) => ends.some(([, end]) => end === to);
  const kept = edges.filter((edge) => {
    const [from, to] = edge.split(' -> ');
    return leaves(to) && enters(from);
  });
  return kept.length === edges.length ? kept : cyclesOf(kept);
}
