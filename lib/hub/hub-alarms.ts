import { Duration } from 'aws-cdk-lib';
import { type Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { HUB_METRIC } from '../../lambda/core/contract/metric-names.ts';
import { MAX_LIVE_ENTRIES } from '../../lambda/core/contract/revocation.ts';
import { ownAlarm, TWO_OF_THREE } from '../watch/own-alarm.ts';
import { accessMetric, lambdaMetric } from '../watch/watch-metrics.ts';

export interface HubAlarmsProps {
  /** Undefined: no hook. */
  readonly receiver: IFunction | undefined;
  readonly heartbeat: IFunction;
  readonly snapshot: IFunction;
  /** Undefined: no poll. */
  readonly poll: IFunction | undefined;
  readonly pollPeriod: Duration | undefined;
}

/** Most deliveries come within seconds; Okta guarantees no time. */
const LATE_MS = Duration.minutes(1).toMilliseconds();

/** Alarms on a hub. They have no action: add one with `addAlarmAction`. */
export class HubAlarms extends Construct {
  readonly all: readonly Alarm[];

  constructor(scope: Construct, id: string, props: HubAlarmsProps) {
    super(scope, id);
    const { receiver, heartbeat, snapshot, poll, pollPeriod } = props;
    this.all = [
      ...(receiver ? this.#onHook(receiver) : []),
      ...this.#onHub(heartbeat, snapshot),
      ...(poll && pollPeriod ? this.#onPoll(poll, pollPeriod) : []),
    ];
  }

  #onHook(receiver: IFunction): readonly Alarm[] {
    return [
      ownAlarm(this, 'Failures', {
        metric: accessMetric(receiver, HUB_METRIC.failures, 'Sum'),
        threshold: 0,
        evaluationPeriods: 1,
        sentence: 'Deliveries of Okta were not acknowledged: Okta retries each once',
        section: 'hook-failing',
      }),
      ownAlarm(this, 'Throttled', {
        metric: lambdaMetric(receiver, 'Throttles', 'Sum'),
        threshold: 0,
        evaluationPeriods: 1,
        sentence: 'Requests to the receiver were over its limit: deliveries among them are lost',
        section: 'hook-throttled',
      }),
      ownAlarm(this, 'Refused', {
        metric: accessMetric(receiver, HUB_METRIC.refused, 'Sum'),
        threshold: 10,
        ...TWO_OF_THREE,
        sentence:
          'Requests to the receiver were refused: Okta sends another secret, or somebody probes the address',
        section: 'hook-refused',
      }),
      ownAlarm(this, 'Late', {
        metric: accessMetric(receiver, HUB_METRIC.delayMilliseconds, 'Maximum'),
        threshold: LATE_MS,
        ...TWO_OF_THREE,
        sentence: 'Okta delivers events more than a minute after they happened',
        section: 'hook-late',
      }),
    ];
  }

  #onHub(heartbeat: IFunction, snapshot: IFunction): readonly Alarm[] {
    return [
      ownAlarm(this, 'Heartbeat', {
        metric: accessMetric(heartbeat, HUB_METRIC.heartbeats, 'Sum'),
        threshold: 1,
        comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
        evaluationPeriods: 1,
        treatMissingData: TreatMissingData.BREACHING,
        sentence:
          'The hub writes no heartbeat: authorizers treat the list of revoked tokens as unreadable',
        section: 'hub-silent',
      }),
      ownAlarm(this, 'Full', {
        metric: accessMetric(snapshot, HUB_METRIC.liveEntries, 'Maximum'),
        threshold: MAX_LIVE_ENTRIES,
        evaluationPeriods: 1,
        sentence: `The list of revoked tokens has more than ${MAX_LIVE_ENTRIES} entries`,
        section: 'hub-full',
      }),
    ];
  }

  #onPoll(poll: IFunction, period: Duration): readonly Alarm[] {
    const allowed = Duration.seconds(Math.max(3 * period.toSeconds(), 900));
    return [
      ownAlarm(this, 'Missed', {
        metric: accessMetric(poll, HUB_METRIC.missedByHook, 'Sum'),
        threshold: 0,
        evaluationPeriods: 1,
        sentence: 'The poll found events that the hook of Okta had not delivered',
        section: 'hook-missed',
      }),
      ownAlarm(this, 'PollBroken', {
        metric: accessMetric(poll, HUB_METRIC.pollLagSeconds, 'Minimum').with({ period: allowed }),
        threshold: allowed.toSeconds(),
        evaluationPeriods: 1,
        treatMissingData: TreatMissingData.BREACHING,
        sentence: 'The poll cannot read all of the System Log of Okta, or does not run',
        section: 'poll-failing',
      }),
    ];
  }
}
