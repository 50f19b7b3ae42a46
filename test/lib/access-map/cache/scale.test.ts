import { expect, test } from '@jest/globals';
import { AccessMap } from '../../../../lib/access-map/index.ts';
import { diffMaps } from '../../../../lib/map-diff/index.ts';
import { largeMap } from '../../../support/large-map.ts';
import { sized } from '../../../support/tier.ts';

const mapOf = (text: string): AccessMap => {
  const { map, problems } = AccessMap.checkText(text, 'access.yaml');
  if (!map) throw new Error(problems[0]?.message);
  return map;
};

const SIZE = sized(1_000, 300);
const SECONDS = sized(5, 3);

test(`${SIZE} groups on ${SIZE} routes are checked and compared within ${SECONDS} s of CPU time each`, () => {
  const text = largeMap(SIZE, SIZE / 10);
  // CPU time: other processes of the machine stretch the clock on the wall.
  const seconds = (): number => (process.cpuUsage().user + process.cpuUsage().system) / 1e6;
  const started = seconds();
  const map = mapOf(text);
  const checked = seconds();
  expect(map.model.routes).toHaveLength(SIZE);
  const other = mapOf(text.replace('      - GET /service-0\n', ''));
  const read = seconds();
  expect(diffMaps(map, other)).toHaveLength(1);
  expect(checked - started).toBeLessThan(SECONDS);
  expect(seconds() - read).toBeLessThan(SECONDS);
}, 60_000);
