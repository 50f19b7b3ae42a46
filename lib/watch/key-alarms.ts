import type { Duration } from 'aws-cdk-lib';
import { type Alarm, ComparisonOperator } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { KEY_AGE_ALARM_SECONDS } from '../../lambda/core/contract/key-ages.ts';
import { type AccessMetricName, KEY_METRIC } from '../../lambda/core/contract/metric-names.ts';
import { ownAlarm, TWO_OF_THREE } from './own-alarm.ts';
import { accessMetric } from './watch-metrics.ts';

export interface KeyAlarmsProps {
  /** The authorizer, whose log lines contain the metrics. */
  readonly function: IFunction;
  /** Longest age at which keys are used. */
  readonly maxStaleKeys: Duration;
}

/** Alarms on the signing keys. They have no action: add one with `addAlarmAction`. */
export class KeyAlarms extends Construct {
  /**
   * The keys in use are older than an hour (or half of `maxStaleKeys` where that is less): Okta
   * cannot be reached.
   */
  readonly age: Alarm;
  /**
   * The shared copy, where it was needed, was older than half of `maxStaleKeys`: an outage lasts,
   * or no function writes the copy.
   */
  readonly copyAge: Alarm;
  /**
   * The shared copy cannot be read or written; without the alarm that would show only in an outage.
   */
  readonly copy: Alarm;
  /** The authorizer's function. */
  readonly watched: IFunction;

  constructor(
    scope: Construct,
    id: string,
    { function: authorizer, maxStaleKeys }: KeyAlarmsProps,
  ) {
    super(scope, id);
    this.watched = authorizer;
    const metric = (name: AccessMetricName, statistic: string) =>
      accessMetric(authorizer, name, statistic);
    const halfStale = maxStaleKeys.toSeconds() / 2;
    this.age = ownAlarm(this, 'Age', {
      metric: metric(KEY_METRIC.ageSeconds, 'Maximum'),
      threshold: Math.min(KEY_AGE_ALARM_SECONDS, halfStale),
      // The first call after a quiet night always finds old keys.
      evaluationPeriods: 2,
      sentence:
        'Tokens are checked with old keys: the authorizer cannot fetch the signing keys from Okta',
      section: 'keys-old',
    });
    this.copyAge = ownAlarm(this, 'CopyAge', {
      metric: metric(KEY_METRIC.copyAgeSeconds, 'Maximum'),
      threshold: halfStale,
      evaluationPeriods: 2,
      sentence:
        'The copy of the signing keys is old: once it is older than `maxStaleKeys`, every token is refused until Okta can be reached',
      section: 'key-copy-old',
    });
    this.copy = ownAlarm(this, 'Copy', {
      metric: metric(KEY_METRIC.copyFailures, 'Sum'),
      threshold: 3,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      ...TWO_OF_THREE,
      sentence:
        'The copy of the signing keys cannot be read or written: new environments would fail while Okta is down',
      section: 'key-copy-failing',
    });
  }
}
