/** `diff`: what changes when one map takes another's place. */
import { Option } from 'commander';
import { type Change, diffMaps } from '../access-map/diff/index.ts';
import type { AccessMap } from '../access-map/index.ts';
import {
  defineCommand,
  EXIT,
  type ExitCode,
  type JsonOptions,
  jsonOption,
  type MapOptions,
  mapOption,
  UsageError,
} from './shell/command.ts';
import { counted, type Io, paint, table, writeJson, writeLines } from './shell/io.ts';
import { requireMap } from './shell/map-file.ts';
import { mapOrRevision } from './shell/revision.ts';

const KINDS_THAT_FAIL = ['widened', 'narrowed', 'any'] as const;

export interface DiffOptions extends MapOptions, JsonOptions {
  /** A file or a git revision. */
  readonly old?: string;
  /** Default: the project's map as it is. */
  readonly new?: string;
  readonly deployed?: boolean;
  readonly failOn?: (typeof KINDS_THAT_FAIL)[number];
}

export function runDiff({ old, new: next, map, json, deployed, failOn }: DiffOptions, io: Io): ExitCode {
  if (deployed) throw new UsageError('`--deployed` is not available yet, expected a file or a git revision');
  if (old === undefined) throw new UsageError('expected a file or a git revision to compare with, found none: see `--help`');
  const before = mapOrRevision(old, map, io);
  const after = next === undefined ? requireMap(map, io) : mapOrRevision(next, map, io);
  const changes = diffMaps(before, after);
  const summary = { widened: changes.some(({ widened }) => widened), narrowed: changes.some(isNarrowed) };
  if (json) writeJson(io, { old: mapJson(before), new: mapJson(after), ...summary, changes });
  else writeLines(io, diffLines(before, after, changes, io));
  const fails = failOn === 'any' ? changes.length > 0 : failOn !== undefined && summary[failOn];
  return fails ? EXIT.problem : EXIT.good;
}

const mapJson = ({ source, version }: AccessMap): unknown => ({ source, version });

/** Something is taken away. Additions of names alone are neither. */
const isNarrowed = ({ widened, kind }: Change): boolean => !widened && !['route', 'group', 'setting'].includes(kind);

function diffLines(before: AccessMap, after: AccessMap, changes: readonly Change[], io: Pick<Io, 'color'>): readonly string[] {
  const head = `${before.source} (${before.version}) -> ${after.source} (${after.version})`;
  if (changes.length === 0) return [head, 'no difference in what the maps mean'];
  const [wider, other] = [changes.filter(({ widened }) => widened), changes.filter(({ widened }) => !widened)];
  return [
    head,
    ...section('lets more in', 'yellow', wider, io),
    ...section('lets no more in', 'green', other, io),
    `${counted(changes.length, 'change')}, ${wider.length === 0 ? 'none' : wider.length} of them wider`,
  ];
}

function section(title: string, style: 'yellow' | 'green', changes: readonly Change[], io: Pick<Io, 'color'>): readonly string[] {
  if (changes.length === 0) return [];
  const rows = changes.map(({ subject, route, from, to }) => [subject, route ?? '', `${from ?? '(none)'} -> ${to ?? '(none)'}`]);
  return [`${paint(io, style, title)}:`, ...table(rows)];
}

export const diff = defineCommand<DiffOptions>({
  name: 'diff',
  summary: 'say what changes between two maps, and whether it lets more in',
  examples: ['diff HEAD~1', 'diff main --fail-on widened', 'diff staging.yaml production.yaml --json'],
  declare: (command) =>
    void command
      .argument('[old]', 'access map, or git revision of the map of the project')
      .argument('[new]', 'access map, or git revision (default: the map of the project)')
      .option('--deployed', 'compare with what the stack has deployed (not available yet)')
      .addOption(new Option('--fail-on <what>', 'exit 1 if there is such a change').choices(KINDS_THAT_FAIL))
      .addOption(mapOption())
      .addOption(jsonOption()),
  run: runDiff,
});
