/**
 * Each alarm of the synthesized template, evaluated on synthetic traffic: it goes off on what is
 * planted for it and on nothing else.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { AccessStack } from '../../../lib/stack/access-stack.ts';
import type { RunbookSection } from '../../../lib/watch/runbook.ts';
import { newApp, resources } from '../../support/synthesis.ts';
import { sampled } from '../../support/tier.ts';
import {
  alarmsOf,
  alarmTimes,
  filteredValues,
  plain,
  type TemplateAlarm,
} from './alarm-evaluator.ts';
import { detectorRuns, memoryLog } from './detector-runs.ts';
import { PLANTS, type Plant } from './plants.ts';
import { SENSITIVE, shopMap } from './shop.ts';
import { END, MINUTE, merged, ordinaryDay, PLANT, START, type Traffic } from './traffic.ts';

const SEEDS = sampled([1, 2, 3], 3);
/** The detector has learnt for so long when the day begins to matter. */
const LEARNING = 5 * 60 * MINUTE;

const template = (() => {
  const stack = new AccessStack(newApp(), 'Access', { map: shopMap() });
  stack.authorizer.attach(
    HttpApi.fromHttpApiAttributes(stack, 'Theirs', { httpApiId: 'a1b2c3d4e5' }),
  );
  return Template.fromStack(stack);
})();
const alarms = alarmsOf(template);
const authorizer = resources(template, 'AWS::Lambda::Function').find(({ Properties }) =>
  String(Properties['Description']).startsWith('Decides'),
);
const name = authorizer?.id ?? '';
const logGroup = plain(
  (authorizer?.Properties['LoggingConfig'] as { readonly LogGroup: unknown } | undefined)?.LogGroup,
);

const settings = {
  probedRoutes: 10,
  windowMs: 60 * MINUTE,
  learningMs: LEARNING,
  sensitive: SENSITIVE.map((route) => ({
    route,
    groups: route.startsWith('GET') ? ['admins', 'auditors'] : ['admins'],
  })),
};

/** Alarms that are in ALARM at any time from an hour after START, and when first. */
async function fired(
  traffic: Traffic,
  runs?: Plant['detectorRuns'],
): Promise<ReadonlyMap<string, number>> {
  const found = await detectorRuns({
    settings,
    log: memoryLog(traffic.records),
    from: START,
    to: END,
    authorizer: name,
    ...(runs && { runs }),
  });
  const values = [
    ...traffic.values,
    ...found.values,
    ...filteredValues(template, logGroup, traffic.lines),
  ];
  const since = (alarm: TemplateAlarm): number | undefined =>
    alarmTimes(alarm, values, { from: START, to: END }).find((at) => at > START + 60 * MINUTE);
  return new Map(
    alarms.flatMap((alarm) => {
      const first = since(alarm);
      return first === undefined ? [] : [[alarm.id, first] as const];
    }),
  );
}

function alarmOf(section: RunbookSection): TemplateAlarm {
  const [first, ...others] = alarms.filter(({ description }) =>
    description.endsWith(`#${section}`),
  );
  if (first === undefined || others.length > 0)
    throw new Error(`expected one alarm ${section}, found ${others.length + (first ? 1 : 0)}`);
  return first;
}

const days = new Map(SEEDS.map((seed) => [seed, ordinaryDay(seed, name)]));

test.each(SEEDS)('an ordinary day sets off no alarm (seed %d)', async (seed) => {
  expect([...(await fired(days.get(seed) ?? merged())).keys()]).toEqual([]);
});

describe('planted into an ordinary day', () => {
  const minutes = new Map<Plant, number>();

  test.each(PLANTS)('$name: $fires', async (plant) => {
    const found = await fired(merged(days.get(1) ?? {}, plant.traffic(name)), plant.detectorRuns);
    expect([...found.keys()]).toEqual(plant.fires.map((section) => alarmOf(section).id));
    const first = Math.min(...found.values());
    if (plant.fires.length > 0) minutes.set(plant, (first - PLANT) / MINUTE);
  });

  test('every alarm of the template has a plant', () => {
    const planted = new Set(
      PLANTS.flatMap(({ fires }) => fires.map((section) => alarmOf(section).id)),
    );
    expect(alarms.filter(({ id }) => !planted.has(id))).toEqual([]);
  });

  test('the table in docs/how-to/watch.md says what came of it', () => {
    const docs = readFileSync(join(import.meta.dirname, '../../../docs/how-to/watch.md'), 'utf8');
    const rows = PLANTS.map((plant) => {
      const outcome =
        plant.fires.length === 0
          ? 'none'
          : `\`${plant.fires.join('`, `')}\` after ${minutes.get(plant)} min`;
      return `| ${plant.name} | ${outcome} |`;
    });
    expect(docs).toContain(rows.join('\n'));
  });
});
