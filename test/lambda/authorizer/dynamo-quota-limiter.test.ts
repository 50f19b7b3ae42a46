import { describe, expect, test } from '@jest/globals';
import { lightDynamo } from '../../../lambda/adapters/dynamo/light-client.ts';
import { dynamoQuotaLimiter } from '../../../lambda/authorizer/dynamo-quota-limiter.ts';
import { connectTo } from '../../support/dynamo-clients.ts';
import { model } from '../../support/model.ts';

const start = (budgetMs: string | undefined) => () =>
  dynamoQuotaLimiter(
    model({ routes: [] }),
    { table: 'quota', budgetMs },
    {
      connect: connectTo('http://127.0.0.1:9', lightDynamo),
      clock: { now: () => 0 },
      metrics: { put: () => undefined },
    },
  );

describe('the environment variable of the budget of a charge', () => {
  test.each([undefined, '50', '300', '3000'])('may be %j', (budgetMs) => {
    expect(start(budgetMs)).not.toThrow();
  });

  test.each(['49', '3001', '', '300.5', 'soon'])(
    'cannot be %j, which no construct writes',
    (budgetMs) => {
      expect(start(budgetMs)).toThrow(
        `QUOTA_BUDGET_MS: expected 50 to 3000 whole milliseconds, found \`${budgetMs}\``,
      );
    },
  );
});
