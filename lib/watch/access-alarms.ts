import { Annotations, type Duration } from 'aws-cdk-lib';
import type { Alarm, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import {
  type AccessMetricName,
  CRASH_METRIC,
  DECISION_METRIC,
  FAILURE_METRIC,
  KEY_METRIC,
  METRIC_DIMENSION,
  METRIC_NAMESPACE,
} from '../../lambda/core/contract/metrics.ts';
import type { AccessMap } from '../access-map/index.ts';
import { type OwnAlarmProps, ownAlarm, TWO_OF_THREE } from './own-alarm.ts';
import { accessMetric, lambdaMetric, PERIOD } from './watch-metrics.ts';

export interface AccessAlarmsProps {
  readonly map: AccessMap;
  /** The authorizer. */
  readonly function: IFunction;
  /** Its log group: metrics are read off it that a function which is no more cannot write. */
  readonly logGroup: ILogGroup;
  /** Refused calls within five minutes above which the alarm goes off. */
  readonly refusals: number;
  /** Time of a decision that 99 % of them stay below. */
  readonly latency: Duration;
}

type AccessAlarmProps = Pick<OwnAlarmProps, 'metric' | 'section' | 'sentence'> &
  Partial<Pick<OwnAlarmProps, 'threshold' | 'datapointsToAlarm'>>;

/** From this use on a quota is nearly spent, in percent of its limit. */
const NEAR_LIMIT_PERCENT = 90;
/** More would bring a stack of many routes near the 500 resources of a template. */
const MAX_QUOTA_ALARMS = 20;

/**
 * Lines that Lambda and the runtime write when an invocation ends without an answer from us. An
 * invalid token throws `Unauthorized`, which the gateway answers with 401: Lambda counts it as an
 * error, these lines do not. Callers cannot forge a line, since records hold no text that callers
 * choose. Source: Lambda Developer Guide, "Troubleshoot execution issues in Lambda"; the texts of
 * the Node.js runtime are from its source.
 */
const CRASHES = [
  'Task timed out after',
  'Runtime exited',
  'Runtime.ExitError',
  'Runtime.OutOfMemory',
  'Runtime.ImportModuleError',
  'Runtime.UserCodeSyntaxError',
  'Uncaught Exception',
  'Unhandled Promise Rejection',
];

/**
 * Alarms on the decisions and on the function that makes them. `KeyAlarms`, `QuotaAlarms` and an
 * attachment's own stand beside them.
 */
export class AccessAlarms extends Construct {
  /** More calls are refused than usual, for whatever reason. */
  readonly refusals: Alarm;
  /** The authorizer answers 500 for a fault of its own, or of the event that it got. */
  readonly failures: Alarm;
  /**
   * The authorizer ends without an answer: out of time, out of memory, or an exception that nobody
   * caught.
   */
  readonly crashes: Alarm;
  /** Lambda does not run the authorizer, since too many run already: callers get 500. */
  readonly throttles: Alarm;
  readonly latency: Alarm;
  /**
   * There are no keys at all to check tokens with, neither Okta's nor copied ones: every call is
   * refused.
   */
  readonly keysMissing: Alarm;
  /**
   * By name of the quota: one for each quota that a group shares, since nobody watches it for a
   * group as users watch their own.
   */
  readonly quotas: ReadonlyMap<string, Alarm>;

  constructor(scope: Construct, id: string, props: AccessAlarmsProps) {
    super(scope, id);
    const { function: authorizer, refusals, latency } = props;
    const sum = (name: AccessMetricName) => accessMetric(authorizer, name, 'Sum');
    this.refusals = this.#alarm('Refusals', {
      metric: sum(DECISION_METRIC.refused),
      threshold: refusals,
      section: 'refusals',
      sentence: `More than ${refusals} calls were refused in 5 minutes`,
    });
    this.failures = this.#alarm('Failures', {
      metric: sum(FAILURE_METRIC.failures),
      section: 'authorizer-failures',
      sentence: 'The authorizer answers 500: a fault of its own',
    });
    this.crashes = this.#alarm('Crashes', {
      metric: this.#crashes(props),
      section: 'authorizer-crashes',
      sentence: 'The authorizer ends without an answer',
    });
    this.throttles = this.#alarm('Throttles', {
      metric: lambdaMetric(authorizer, 'Throttles', 'Sum'),
      section: 'authorizer-throttled',
      sentence: 'Lambda refuses to run the authorizer: callers get 500',
    });
    this.latency = this.#alarm('Latency', {
      metric: lambdaMetric(authorizer, 'Duration', 'p99'),
      threshold: latency.toMilliseconds(),
      datapointsToAlarm: 3,
      section: 'authorizer-slow',
      sentence: `1 % of the decisions take longer than ${latency.toHumanString()}`,
    });
    this.keysMissing = this.#alarm('KeysMissing', {
      metric: sum(KEY_METRIC.missing),
      section: 'keys-missing',
      sentence: 'There are no keys to check tokens with',
    });
    this.quotas = this.#quotaAlarms(props);
  }

  /** Goes off above zero in two of three periods unless `props` say otherwise. */
  #alarm(id: string, props: AccessAlarmProps): Alarm {
    return ownAlarm(this, id, { threshold: 0, ...TWO_OF_THREE, ...props });
  }

  /** A filter on text has no dimensions, so that the function's name stands in the metric's. */
  #crashes({ function: authorizer, logGroup }: AccessAlarmsProps): Metric {
    const filter = new MetricFilter(this, 'CrashLines', {
      logGroup,
      filterPattern: FilterPattern.anyTerm(...CRASHES),
      metricNamespace: METRIC_NAMESPACE,
      metricName: `${CRASH_METRIC.crashes}-${authorizer.functionName}`,
      metricValue: '1',
    });
    return filter.metric({ statistic: 'Sum', period: PERIOD });
  }

  #quotaAlarms({ map, function: authorizer }: AccessAlarmsProps): ReadonlyMap<string, Alarm> {
    const shared = map.model.quotas.filter(({ by }) => by === 'group').map(({ name }) => name);
    if (shared.length > MAX_QUOTA_ALARMS) {
      const message = `${shared.length} quotas are counted by group, and ${MAX_QUOTA_ALARMS} of them have an alarm; the dashboard shows all`;
      Annotations.of(this).addWarningV2('okta-group-authorizer:quota-alarms', message);
    }
    return new Map(
      shared
        .slice(0, MAX_QUOTA_ALARMS)
        .map((name, index) => [name, this.#quotaAlarm(`Quota${index}`, name, authorizer)]),
    );
  }

  #quotaAlarm(id: string, quota: string, authorizer: IFunction): Alarm {
    return this.#alarm(id, {
      metric: accessMetric(authorizer, DECISION_METRIC.quotaUsedPercent, 'Maximum', {
        [METRIC_DIMENSION.quota]: quota,
      }),
      threshold: NEAR_LIMIT_PERCENT,
      section: 'quota-nearly-spent',
      sentence: `Quota ${quota}: a group has used more than ${NEAR_LIMIT_PERCENT} % of it`,
    });
  }
}
