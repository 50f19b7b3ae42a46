import { expect, test } from '@jest/globals';
import { secondsToReset } from '../../../../lambda/core/http/okta-rate-limit.ts';

const DATE = 'Thu, 01 Jan 1970 00:00:10 GMT';

test.each([
  ['by the clock of Okta', '30', DATE, 21],
  ['by ours where the response has no date', '30', undefined, 11],
  ['by ours where its date is none', '30', 'today', 11],
  ['a minute where nothing is reported', undefined, DATE, 60],
  ['a minute where what is reported is no time', 'soon', DATE, 60],
  ['a second where the limit has started again', '3', DATE, 1],
  ['so long at most', '900', DATE, 65],
])('a 429 is waited for: %s', (_, reset, date, seconds) => {
  const headers = new Headers({
    ...(reset !== undefined && { 'x-rate-limit-reset': reset }),
    ...(date !== undefined && { date }),
  });
  expect(secondsToReset(headers, 20_000, 65)).toBe(seconds);
});
