import { expect, test } from '@jest/globals';
import { AccessMap } from '../../../../lib/access-map/index.ts';
import { diffMaps } from '../../../../lib/map-diff/index.ts';
import { largeMap } from '../../../support/large-map.ts';

const mapOf = (text: string): AccessMap => {
  const { map, problems } = AccessMap.checkText(text, 'access.yaml');
  if (!map) throw new Error(problems[0]?.message);
  return map;
};

test('1,000 groups on 1,000 routes are checked and compared within 5 s of CPU time each', () => {
  const text = largeMap(1_000, 100);
  // CPU time: other processes of the machine stretch the clock on the wall.
  const seconds = (): number => (process.cpuUsage().user + process.cpuUsage().system) / 1e6;
  const started = seconds();
  const map = mapOf(text);
  const checked = seconds();
  expect(map.model.routes).toHaveLength(1_000);
  const other = mapOf(text.replace('      - GET /service-0\n', ''));
  const read = seconds();
  expect(diffMaps(map, other)).toHaveLength(1);
  expect(checked - started).toBeLessThan(5);
  expect(seconds() - read).toBeLessThan(5);
}, 60_000);
