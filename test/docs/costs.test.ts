import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AccessMap } from '../../lib/access-map/index.ts';
import { AccessStack } from '../../lib/index.ts';
import { DETECTOR_GB_SECONDS, fixedCosts, PRICES } from '../../lib/watch/costs.ts';
import { planMetrics } from '../../lib/watch/metric-plan.ts';

const page = readFileSync('docs/explanation/costs.md', 'utf8');
const example = AccessMap.fromFile('access.yaml');
const plan = planMetrics(example.model);
const dollars = (amount: number): string => `$${amount.toFixed(2)}`;

/**
 * The prices and counts that docs/explanation/costs.md reckons with; the page's own figures must
 * follow from them.
 */
test('the sums of docs/explanation/costs.md are right', () => {
  const sums = Array.from(
    page.matchAll(/^\| .* \| (\d[\d.,]*) [×x] \$([\d.]+) \| \$([\d.]+) \|$/gm),
    ([, count = '', price, total]) => ({
      total: Number(total),
      product: Number(count.replaceAll(',', '')) * Number(price),
    }),
  );
  expect(sums.length).toBeGreaterThanOrEqual(8);
  for (const { total, product } of sums) expect(Math.abs(total - product)).toBeLessThan(0.006);
});

test('every price of docs/explanation/costs.md stands in its table of sources, those of the code too', () => {
  const sources = page.slice(page.indexOf('| price | source |'), page.indexOf('\n## One million'));
  const priced = Array.from(page.matchAll(/ [×x] (\$[\d.]+) \|/g), ([, price = '']) => price);
  expect(priced.length).toBeGreaterThan(10);
  for (const price of priced) expect(sources).toContain(price);
  for (const price of Object.values(PRICES))
    expect(sources).toContain(price < 0.01 ? `$${price}` : dollars(price));
  expect(page).not.toMatch(/from memory[:;,)]/);
});

test('docs/explanation/costs.md tells the fixed costs of the example map as check does, below $5', () => {
  const costs = fixedCosts(example, plan);
  expect(costs.dollars).toBeLessThan(5);
  for (const row of [
    `| ${plan.steady} × ${dollars(PRICES.metric)} |`,
    `| ${costs.alarms} × ${dollars(PRICES.alarm)} |`,
    `| ${DETECTOR_GB_SECONDS.toLocaleString('en')} × $${PRICES.gbSecond} |`,
    `That is ${dollars(costs.dollars)} a month`,
    `${plan.total} metrics had values, and the sum were ${dollars(costs.mostDollars)}`,
  ])
    expect(page).toContain(row);
  const apart = AccessMap.fromObject({
    api: { name: 'orders', authorizerOnly: true },
    okta: {
      issuer: 'https://acme.okta.com/oauth2/aus1abc',
      audience: 'api://orders',
      clients: ['0oa1web'],
    },
    routes: ['GET /orders'],
    groups: { readers: { allow: ['GET /orders'] } },
  });
  const whole = fixedCosts(apart, planMetrics(apart.model));
  const less = whole.dollars - (whole.packagedDollars ?? 0);
  expect(page).toContain(`has no detector, ${dollars(less)} less`);
  const more = planMetrics(example.model, { most: 100 }).total - plan.total;
  expect(page).toContain(`${more} more for the example, up to ${dollars(more * PRICES.metric)}`);
});

test('the alarms that are priced are those of the stack', () => {
  const stack = new AccessStack(new App(), 'Access', { map: example });
  const alarms = Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm');
  expect(fixedCosts(example, plan).alarms).toBe(Object.keys(alarms).length);
});
