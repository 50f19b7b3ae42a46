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
  KEYS_FROM_METRIC,
  METRIC_DIMENSION,
  METRIC_NAMESPACE,
} from '../../lambda/core/contract/metric-names.ts';
import type { AccessMap } from '../access-map/index.ts';
import { MAX_QUOTA_ALARMS } from './metric-plan.ts';
import { type OwnAlarmProps, ownAlarm, TWO_OF_THREE } from './own-alarm.ts';
import { accessMetric, lambdaMetric, PERIOD } from './watch-metrics.ts';

export interface AccessAlarmsProps {
  readonly map: AccessMap;
  /** The authorizer. */
  readonly function: IFunction;
  /** Its log group: a metric filter counts the crashes, which the function itself cannot report. */
  readonly logGroup: ILogGroup;
  /** Refused calls within five minutes above which the alarm goes off. */
  readonly refusals: number;
  /** Time that 99 % of the decisions stay below. */
  readonly latency: Duration;
}

type AccessAlarmProps = Pick<OwnAlarmProps, 'metric' | 'section' | 'sentence'> &
  Partial<Pick<OwnAlarmProps, 'threshold' | 'datapointsToAlarm'>>;

/** A quota above this percentage of its limit is nearly spent. */
const NEAR_LIMIT_PERCENT = 90;

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
 * Alarms on the decisions and on the authorizer function. `KeyAlarms`, `QuotaAlarms` and
 * attachments have alarms of their own.
 */
export class AccessAlarms extends Construct {
  /** More calls are refused than usual, for any reason. */
  readonly refusals: Alarm;
  /** The authorizer answers 500 because of a fault of its own or of the event. */
  readonly failures: Alarm;
  /** The authorizer ends without an answer: a timeout, out of memory, or an uncaught exception. */
  readonly crashes: Alarm;
  /** Lambda throttles the authorizer: callers get 500. */
  readonly throttles: Alarm;
  readonly latency: Alarm;
  /**
   * There are no keys to check tokens with, neither Okta's nor copied ones: every call is refused.
   */
  readonly keysMissing: Alarm;
  /**
   * By name of the quota: one for each quota that a group shares. Users notice their own quota;
   * nobody watches a group's.
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
      sentence: 'The authorizer answers 500 because of a fault of its own',
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
      metric: sum(KEYS_FROM_METRIC.none),
      section: 'keys-missing',
      sentence: 'There are no keys to check tokens with',
    });
    this.quotas = this.#quotaAlarms(props);
  }

  /** Goes off above zero in two of three periods unless `props` say otherwise. */
  #alarm(id: string, props: AccessAlarmProps): Alarm {
    return ownAlarm(this, id, { threshold: 0, ...TWO_OF_THREE, ...props });
  }

  /** A filter on text has no dimensions, so the metric's name contains the function's. */
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
