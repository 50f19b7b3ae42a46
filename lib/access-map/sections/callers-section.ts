/** Reads `api.callers`: whose APIs may call the function that `authorizerOnly` deploys. */
import { at, type Cursor, has, is, type Report, texts } from '../report/cursor.ts';
import { code } from '../report/problems.ts';
import type { MapSection } from '../schema/schema.ts';

/** @returns accounts of 12 digits and ARNs of APIs; undefined where the map does not say. */
export function readCallers(
  api: Cursor<MapSection<'api'>>,
  report: Report,
): readonly string[] | undefined {
  const callers = at(api, 'callers');
  if (!has(api, 'callers')) return undefined;
  if (!is(at(api, 'authorizerOnly'), true))
    report.error(
      'KEY_CONFLICT',
      callers.pointer,
      {
        expected: '`authorizerOnly: true` beside `callers`',
        found: 'none: the API that calls is the one that this stack deploys or attaches to',
      },
      'key',
    );
  const read = texts(callers);
  reportPartitions(read, report);
  return read.map(([caller]) => caller);
}

/** API Gateway of one partition cannot call a function of another. */
function reportPartitions(callers: ReturnType<typeof texts>, report: Report): void {
  const [first, ...others] = callers.filter(([caller]) => caller.startsWith('arn:'));
  if (first === undefined) return;
  const partition = partitionOf(first[0]);
  for (const [caller, { pointer }] of others)
    if (partitionOf(caller) !== partition)
      report.error('KEY_CONFLICT', pointer, {
        expected: `an API of the partition ${code(partition)}, as ${code(first[0])}: API Gateway cannot call a function of another partition`,
        found: code(caller),
      });
}

const partitionOf = (arn: string): string => arn.split(':')[1] ?? '';
