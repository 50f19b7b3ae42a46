import { expect, test } from '@jest/globals';
import { diffMaps } from '../../lib/access-map/diff/index.ts';
import { AccessMap } from '../../lib/access-map/index.ts';
import { largeMap } from '../support/large-map.ts';

const mapOf = (text: string): AccessMap => {
  const { map, problems } = AccessMap.checkText(text, 'access.yaml');
  if (!map) throw new Error(problems[0]?.message);
  return map;
};

test('1,000 groups on 1,000 routes are checked within 5 s, and compared within 5 s', () => {
  const text = largeMap(1_000, 100);
  const started = performance.now();
  const map = mapOf(text);
  const checked = performance.now();
  expect(map.model.routes).toHaveLength(1_000);
  const other = mapOf(text.replace('      - GET /service-0\n', ''));
  const read = performance.now();
  expect(diffMaps(map, other)).toHaveLength(1);
  expect(checked - started).toBeLessThan(5_000);
  expect(performance.now() - read).toBeLessThan(5_000);
}, 60_000);
