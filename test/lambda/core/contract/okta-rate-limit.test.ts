import { expect, test } from '@jest/globals';
import { secondsToReset } from '../../../../lambda/core/contract/okta-rate-limit.ts';

test.each([
  ['by the clock of Okta', '30', 10_000, 21],
  ['by ours where the response has no date', '30', NaN, 11],
  ['a minute where nothing is told', null, 10_000, 60],
  ['a minute where what is told is no time', 'soon', 10_000, 60],
  ['a second where the limit has started again', '3', 10_000, 1],
  ['so long at most', '900', 10_000, 65],
])('a 429 is waited for: %s', (_, reset, date, seconds) => {
  expect(secondsToReset({ reset, date, now: 20_000 }, 65)).toBe(seconds);
});
