import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { AccessMap } from '../../lib/access-map/index.ts';
import { DOLLARS_A_METRIC, planMetrics } from '../../lib/watch/metric-plan.ts';

/**
 * The prices and counts that docs/explanation/costs.md reckons with; the page's own figures must follow from
 * them.
 */
test('the sums of docs/explanation/costs.md are right', () => {
  const costs = readFileSync('docs/explanation/costs.md', 'utf8');
  const sums = Array.from(
    costs.matchAll(/^\| .* \| (\d[\d.,]*) [×x] \$([\d.]+) \| \$([\d.]+) \|$/gm),
    ([, count = '', price, total]) => ({
      total: Number(total),
      product: Number(count.replaceAll(',', '')) * Number(price),
    }),
  );
  expect(sums.length).toBeGreaterThanOrEqual(8);
  for (const { total, product } of sums) expect(Math.abs(total - product)).toBeLessThan(0.006);
});

test('docs/explanation/costs.md counts the metrics of the example map as check does', () => {
  const { fixed, total } = planMetrics(AccessMap.fromFile('access.yaml').model);
  const costs = readFileSync('docs/explanation/costs.md', 'utf8');
  const rows = [fixed, total - fixed].map(
    (count) => `| ${count} × $${DOLLARS_A_METRIC.toFixed(2)} |`,
  );
  for (const row of rows) expect(costs).toContain(row);
  expect(costs).toContain(`$${(total * DOLLARS_A_METRIC).toFixed(2)} at most`);
});
