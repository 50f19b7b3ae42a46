/** `matrix`: groups and machines against routes, every cell. */
import { Option } from 'commander';
import { matrixOf } from '../verdicts/access-matrix.ts';
import { filteredMatrix, type MatrixFilter, unknownIn } from '../verdicts/filter-matrix.ts';
import { type MatrixFormat, matrixText } from './matrix/matrix-formats.ts';
import {
  defineCommand,
  EXIT,
  type ExitCode,
  type JsonOptions,
  jsonOption,
  listOption,
  type MapOptions,
  mapOption,
  UsageError,
} from './shell/command.ts';
import { type Io, redactTokens } from './shell/io.ts';
import { requireMap } from './shell/map-file.ts';
import { type OutputOptions, outputOption, writeOutput } from './shell/output.ts';
import { requireName } from './shell/require-name.ts';

const FORMATS: readonly MatrixFormat[] = ['table', 'csv', 'json', 'html'];

export interface MatrixOptions extends MapOptions, JsonOptions, OutputOptions, MatrixFilter {
  readonly format?: MatrixFormat;
}

export function runMatrix(
  { map, format = 'table', json, output, ...filter }: MatrixOptions,
  io: Io,
): ExitCode {
  const all = matrixOf(requireMap(map, io));
  const names = all.subjects.map(({ name }) => name);
  for (const name of filter.group ?? []) if (!names.includes(name)) requireName(name, 'group');
  const unknown = unknownIn(all, filter);
  if (unknown !== undefined) throw new UsageError(unknown);
  const matrix = filteredMatrix(all, filter);
  writeOutput(redactTokens(matrixText(matrix, json ? 'json' : format)), output, io);
  return EXIT.good;
}

export const matrix = defineCommand<MatrixOptions>({
  name: 'matrix',
  summary: 'show which group and which machine may call which route',
  examples: [
    'matrix',
    'matrix --format csv',
    'matrix --group orders-readers',
    'matrix --format html -o matrix.html',
  ],
  declare: (command) =>
    void command
      .addOption(
        new Option('--format <format>', 'format of the matrix').choices(FORMATS).default('table'),
      )
      .addOption(listOption('--group <name>', 'this group or machine alone; may be repeated'))
      .addOption(listOption('--route <route>', 'this route alone; may be repeated'))
      .addOption(outputOption())
      .addOption(mapOption())
      .addOption(jsonOption()),
  run: runMatrix,
});
