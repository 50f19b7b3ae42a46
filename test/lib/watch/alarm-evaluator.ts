/**
 * Evaluates metric series by the alarms of a synthesized template, as CloudWatch would: so that
 * what is tested is the condition that is deployed. Simplified: evaluated at the end of each
 * period, over the last `EvaluationPeriods` of them. Source: CloudWatch User Guide, "Using Amazon
 * CloudWatch alarms", sections "Evaluating an alarm" and "Configuring how alarms treat missing
 * data".
 */
import type { Template } from 'aws-cdk-lib/assertions';
import { resources } from '../../support/synthesis.ts';
import { metricKey, type Value } from './embedded-metrics.ts';

export interface Line {
  readonly at: number;
  readonly text: string;
}

export interface TemplateAlarm {
  readonly id: string;
  readonly metric: string;
  readonly statistic: string;
  readonly periodMs: number;
  readonly threshold: number;
  readonly comparison: string;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly missingIsBreaching: boolean;
  readonly description: string;
}

interface Reference {
  readonly Ref?: string;
  readonly 'Fn::GetAtt'?: readonly string[];
  readonly 'Fn::Join'?: readonly [string, readonly unknown[]];
}

/** References become logical ids, joined text becomes text. */
export function plain(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const { Ref, 'Fn::Join': join, 'Fn::GetAtt': attribute } = value as Reference;
  if (Ref !== undefined) return Ref;
  if (attribute !== undefined) return attribute.join('.');
  if (join !== undefined) return join[1].map(plain).join(join[0]);
  throw new Error(`expected a reference or joined text, found ${JSON.stringify(value)}`);
}

export function alarmsOf(template: Template): readonly TemplateAlarm[] {
  return resources(template, 'AWS::CloudWatch::Alarm').map(({ id, Properties: p }) => {
    const dimensions = (p['Dimensions'] ?? []) as readonly {
      readonly Name: string;
      readonly Value: unknown;
    }[];
    return {
      id,
      metric: metricKey(
        String(p['Namespace']),
        plain(p['MetricName']),
        Object.fromEntries(dimensions.map(({ Name, Value }) => [Name, plain(Value)])),
      ),
      statistic: String(p['Statistic'] ?? p['ExtendedStatistic']),
      periodMs: Number(p['Period']) * 1_000,
      threshold: Number(p['Threshold']),
      comparison: String(p['ComparisonOperator']),
      evaluationPeriods: Number(p['EvaluationPeriods']),
      datapointsToAlarm: Number(p['DatapointsToAlarm'] ?? p['EvaluationPeriods']),
      missingIsBreaching: p['TreatMissingData'] === 'breaching',
      description: plain(p['AlarmDescription']),
    };
  });
}

const STATISTICS: Readonly<Record<string, (sorted: readonly number[]) => number>> = {
  Sum: (values) => values.reduce((sum, value) => sum + value, 0),
  Maximum: (values) => values.at(-1) ?? Number.NaN,
  Minimum: (values) => values[0] ?? Number.NaN,
  p99: (values) => values[Math.ceil(values.length * 0.99) - 1] ?? Number.NaN,
};

const COMPARISONS: Readonly<Record<string, (value: number, threshold: number) => boolean>> = {
  GreaterThanThreshold: (value, threshold) => value > threshold,
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
};

function known<Entry>(table: Readonly<Record<string, Entry>>, name: string): Entry {
  const entry = table[name];
  if (entry === undefined)
    throw new Error(`expected one of ${Object.keys(table).join(', ')}, found ${name}`);
  return entry;
}

const byMetric = new WeakMap<readonly Value[], ReadonlyMap<string, readonly Value[]>>();

/** All alarms ask the same values, each for its metric. */
function valuesOf(metric: string, values: readonly Value[]): readonly Value[] {
  const known = byMetric.get(values) ?? grouped(values);
  byMetric.set(values, known);
  return known.get(metric) ?? [];
}

function grouped(values: readonly Value[]): ReadonlyMap<string, readonly Value[]> {
  const groups = new Map<string, Value[]>();
  for (const value of values) {
    const group = groups.get(value.metric);
    if (group) group.push(value);
    else groups.set(value.metric, [value]);
  }
  return groups;
}

/**
 * Ends of the periods at whose evaluation the alarm is in ALARM.
 * @param span multiples of the period.
 */
export function alarmTimes(
  alarm: TemplateAlarm,
  values: readonly Value[],
  span: { readonly from: number; readonly to: number },
): readonly number[] {
  const statistic = known(STATISTICS, alarm.statistic);
  const breaches = known(COMPARISONS, alarm.comparison);
  const byPeriod = new Map<number, number[]>();
  for (const { at, value } of valuesOf(alarm.metric, values)) {
    const start = Math.floor(at / alarm.periodMs) * alarm.periodMs;
    const found = byPeriod.get(start);
    if (found) found.push(value);
    else byPeriod.set(start, [value]);
  }
  const breaching = (start: number): boolean => {
    const found = byPeriod.get(start);
    return found
      ? breaches(statistic(found.sort((a, b) => a - b)), alarm.threshold)
      : alarm.missingIsBreaching;
  };
  const times: number[] = [];
  for (
    let end = span.from + alarm.periodMs * alarm.evaluationPeriods;
    end <= span.to;
    end += alarm.periodMs
  ) {
    const starts = Array.from(
      { length: alarm.evaluationPeriods },
      (_, n) => end - (n + 1) * alarm.periodMs,
    );
    if (starts.filter(breaching).length >= alarm.datapointsToAlarm) times.push(end);
  }
  return times;
}

/**
 * What the metric filters of a log group make of its lines. Of the patterns, any of several quoted
 * texts (`?"a" ?"b"`) is known.
 */
export function filteredValues(
  template: Template,
  logGroup: string,
  lines: readonly Line[],
): readonly Value[] {
  return resources(template, 'AWS::Logs::MetricFilter')
    .filter(({ Properties }) => plain(Properties['LogGroupName']) === logGroup)
    .flatMap(({ Properties }) => {
      const pattern = String(Properties['FilterPattern']);
      const terms = [...pattern.matchAll(/\?"([^"]*)"/g)].map(([, term = '']) => term);
      if (terms.map((term) => `?"${term}"`).join(' ') !== pattern)
        throw new Error(`expected quoted texts alone, found ${pattern}`);
      const [transformation] = Properties['MetricTransformations'] as readonly {
        readonly MetricNamespace: string;
        readonly MetricName: unknown;
        readonly MetricValue: string;
      }[];
      const metric = metricKey(
        transformation?.MetricNamespace ?? '',
        plain(transformation?.MetricName),
      );
      const value = Number(transformation?.MetricValue);
      return lines
        .filter(({ text }) => terms.some((term) => text.includes(term)))
        .map(({ at }) => ({ at, metric, value }));
    });
}
