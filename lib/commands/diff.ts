/** `diff`: what changes when one map takes another's place. */
import { Option } from 'commander';
import { stackNameOf } from '../../lambda/core/contract/own-names.ts';
import {
  type ComparableMap,
  DeployedMapError,
  readDeployedMap,
} from '../access-map/deployed-map.ts';
import { code } from '../access-map/report/problems.ts';
import { type Change, diffMaps } from '../map-diff/index.ts';
import { markdownDiff } from '../map-diff/markdown-diff.ts';
import { type LiveAws, liveAws } from './live/live-aws.ts';
import {
  defineCommand,
  EXIT,
  type ExitCode,
  type JsonOptions,
  jsonOption,
  KINDS_THAT_FAIL,
  type MapOptions,
  mapOption,
  UsageError,
} from './shell/command.ts';
import { type Io, paint, pluralize, redactTokens, table, writeLines } from './shell/io.ts';
import { requireMap } from './shell/map-file.ts';
import { type FoundProblem, foundProblem } from './shell/problem-json.ts';
import { mapOrRevision } from './shell/revision.ts';
import { writeJson } from './shell/write-json.ts';

const FORMATS = ['text', 'json', 'markdown'] as const;

export interface DiffOptions extends MapOptions, JsonOptions {
  /** A file or a git revision. Default: `HEAD`; with `deployed` the project's map. */
  readonly old?: string;
  /** Default: the project's map as it is. */
  readonly new?: string;
  readonly deployed?: boolean;
  /** `--json` is `json`. Default: `text`. */
  readonly format?: (typeof FORMATS)[number];
  readonly failOn?: (typeof KINDS_THAT_FAIL)[number];
}

export async function runDiff(
  options: DiffOptions,
  io: Io,
  aws: Pick<LiveAws, 'readTemplate'> = liveAws,
): Promise<ExitCode> {
  const { json, format = json ? 'json' : 'text', failOn } = options;
  if (json && format !== 'json')
    throw new UsageError(`expected \`--json\` or \`--format ${format}\`, found both`);
  const [before, after] = options.deployed
    ? await deployedAndNew(options, io, aws)
    : oldAndNew(options, io);
  const changes = diffMaps(before, after);
  const summary = {
    widened: changes.some(({ widened }) => widened),
    narrowed: changes.some(isNarrowed),
  };
  const problems = failing(changes, failOn);
  if (format === 'json')
    writeJson(io, 'diff', {
      problems,
      old: mapJson(before),
      new: mapJson(after),
      ...summary,
      changes,
    });
  else if (format === 'markdown') io.out(redactTokens(markdownDiff(before, after, changes)));
  else writeLines(io, diffLines(before, after, changes, io));
  return problems.length > 0 ? EXIT.problem : EXIT.good;
}

/** One problem for each change that `--fail-on` asks for. */
function failing(
  changes: readonly Change[],
  failOn: DiffOptions['failOn'],
): readonly FoundProblem[] {
  if (failOn === undefined) return [];
  const { code: name, expected, fails } = FAILS[failOn];
  return changes.filter(fails).map(({ subject, route, from = 'none', to = 'none' }) => {
    const found = `${code(subject)}${route === undefined ? '' : ` on ${code(route)}`}: ${from} -> ${to}`;
    return foundProblem(
      name,
      `expected ${expected}, found ${found}: revert it, or review it and leave \`--fail-on\` out`,
    );
  });
}

function oldAndNew(
  { old = 'HEAD', new: next, map }: DiffOptions,
  io: Io,
): readonly [ComparableMap, ComparableMap] {
  return [
    mapOrRevision(old, map, io),
    next === undefined ? requireMap(map, io) : mapOrRevision(next, map, io),
  ];
}

/** The stack holds the old map, so the map on the command line is the new one. */
async function deployedAndNew(
  { old: next, new: more, map }: DiffOptions,
  io: Io,
  aws: Pick<LiveAws, 'readTemplate'>,
): Promise<readonly [ComparableMap, ComparableMap]> {
  if (more !== undefined)
    throw new UsageError('expected at most one map beside `--deployed`, found two');
  const after = next === undefined ? requireMap(map, io) : mapOrRevision(next, map, io);
  const stackName = stackNameOf(after.name);
  const template = await aws.readTemplate(stackName);
  if (template === undefined)
    throw new UsageError(
      `expected the stack \`${stackName}\` in this account and Region, found none`,
      { code: 'STACK_UNKNOWN' },
    );
  try {
    return [readDeployedMap(template, stackName), after];
  } catch (error) {
    if (!(error instanceof DeployedMapError)) throw error;
    throw new UsageError(error.message, { code: 'DEPLOYED_MAP_UNREADABLE', cause: error });
  }
}

const mapJson = ({ source, version }: ComparableMap) => ({ source, version });

/** Something is taken away. Additions of names alone are neither. */
const isNarrowed = ({ widened, kind }: Change): boolean =>
  !widened && !['route', 'group', 'setting'].includes(kind);

const FAILS = {
  widened: {
    code: 'DIFF_WIDENED',
    expected: 'no change that widens access',
    fails: ({ widened }: Change) => widened,
  },
  narrowed: {
    code: 'DIFF_NARROWED',
    expected: 'no change that narrows access',
    fails: isNarrowed,
  },
  any: { code: 'DIFF_CHANGED', expected: 'no change', fails: () => true },
} as const;

function diffLines(
  before: ComparableMap,
  after: ComparableMap,
  changes: readonly Change[],
  io: Pick<Io, 'color'>,
): readonly string[] {
  const head = `${before.source} (${before.version}) -> ${after.source} (${after.version})`;
  if (changes.length === 0) return [head, 'no difference in what the maps mean'];
  const [wider, other] = [
    changes.filter(({ widened }) => widened),
    changes.filter(({ widened }) => !widened),
  ];
  return [
    head,
    ...section('lets more in', 'yellow', wider, io),
    ...section('lets no more in', 'green', other, io),
    `${pluralize(changes.length, 'change')}, ${wider.length === 0 ? 'none' : wider.length} of them wider`,
  ];
}

function section(
  title: string,
  style: 'yellow' | 'green',
  changes: readonly Change[],
  io: Pick<Io, 'color'>,
): readonly string[] {
  if (changes.length === 0) return [];
  const rows = changes.map(({ subject, route, from, to }) => [
    subject,
    route ?? '',
    `${from ?? '(none)'} -> ${to ?? '(none)'}`,
  ]);
  return [`${paint(io, style, title)}:`, ...table(rows)];
}

export const diff = defineCommand<DiffOptions>({
  name: 'diff',
  summary: 'say what changes between two maps, and whether it lets more in',
  examples: [
    'diff',
    'diff HEAD~1',
    'diff main --fail-on widened',
    'diff --deployed',
    'diff main --format markdown',
    'diff staging.yaml production.yaml --json',
  ],
  declare: (command) =>
    void command
      .argument('[old]', 'access map, or git revision of the map of the project (default: HEAD)')
      .argument('[new]', 'access map, or git revision (default: the map of the project)')
      .option('--deployed', 'compare with the map of the deployed stack `access-<api.name>`')
      .addOption(
        new Option('--fail-on <what>', 'exit 1 if there is such a change').choices(KINDS_THAT_FAIL),
      )
      .addOption(new Option('--format <form>', 'format of the changes').choices(FORMATS))
      .addOption(mapOption())
      .addOption(jsonOption()),
  run: (options, io) => runDiff(options, io),
});
