/** Leases with real concurrency against a server: environments that share one quota. */
import { dynamoQuotaStore } from '../../lambda/adapters/dynamo-quota-store.ts';
import type { LocalTable } from '../../test/support/dynalite.ts';
import { connectTo } from '../../test/support/dynamo-clients.ts';
import { shareLimit } from '../../test/support/shared-limit.ts';

export async function printLeases(
  { endpoint, table }: Pick<LocalTable, 'endpoint' | 'table'>,
  print: (line: string) => void,
): Promise<void> {
  const store = dynamoQuotaStore(table, connectTo(endpoint), { budgetMs: 10_000 });
  print('| accuracy | environments | limit | calls | admitted | charges a call |');
  print('| --- | ---: | ---: | ---: | ---: | ---: |');
  for (const accuracy of ['exact', 'leased'] as const) {
    for (const environments of [1, 20, 50]) {
      const { calls, admitted, charges } = await shareLimit({
        store,
        accuracy,
        limit: 1_000,
        environments,
      });
      print(
        `| ${accuracy} | ${environments} | 1,000 | ${calls} | ${admitted} | ${(charges / calls).toFixed(2)} |`,
      );
    }
  }
}
