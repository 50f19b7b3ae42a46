/** Recorded calls of the example, in a folder with its map. */
import { AccessMap } from '../../../lib/access-map/index.ts';
import {
  jsonLines,
  type MadeCall,
  machine,
  type Recording,
  recordsOf,
  user,
} from '../../support/recorded-traffic.ts';
import { capture, EXAMPLE, project } from './project.ts';

export const BEGIN = Date.parse('2026-11-22T10:00:00Z');
export const NOW = BEGIN + 3_600_000;
export const valid = (text: string): AccessMap => {
  const { map, problems } = AccessMap.checkText(text, 'access.yaml');
  if (!map) throw new Error(problems.map(({ message }) => message).join());
  return map;
};
const MAP = valid(EXAMPLE);

export const calls = (
  ...made: readonly (readonly [MadeCall['principal'], string, number?])[]
): readonly MadeCall[] =>
  made
    .flatMap(([principal, route, times = 1]) =>
      Array.from({ length: times }, () => ({ principal, route })),
    )
    .map((call, n) => ({ ...call, at: BEGIN + n * 100 }));

export const TRAFFIC = calls(
  [user('00u1', ['orders-readers']), 'GET /orders', 3],
  [user('00u2', ['orders-readers', 'elsewhere']), 'GET /reports/{year}', 2],
  [user('00u3', ['orders-admins', 'contractors']), 'DELETE /orders/{id}'],
  [user('00u4', []), 'GET /orders'],
  [user('00u5', ['elsewhere']), 'POST /orders'],
  [machine('0oa1batch'), 'POST /orders', 2],
  [machine('0oa1web'), 'GET /orders'],
);

export async function scene(
  made: readonly MadeCall[] = TRAFFIC,
  recording: Recording = {},
  change: (record: object) => object = (record) => record,
) {
  const records = await recordsOf(MAP.model, made, {
    mapVersion: '0000000000000000',
    ...recording,
  });
  const folder = project({
    'access.yaml': EXAMPLE,
    'decisions.jsonl': jsonLines(records.map(change)),
  });
  return { folder, records, io: capture(folder, { now: () => NOW }) };
}

export const RECORDS = ['decisions.jsonl'];
