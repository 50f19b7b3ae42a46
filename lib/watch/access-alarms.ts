import { Annotations, type Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
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
import { alarmText, type RunbookSection } from './runbook.ts';
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

/** From this use on a quota is nearly spent, in percent of its limit. */
const NEAR_LIMIT_PERCENT = 90;
/** More would bring a stack of many routes near the 500 resources of a template. */
const MAX_QUOTA_ALARMS = 20;

/**
 * Lines that Lambda and the runtime write when an invocation ends without an answer of ours. A
 * thrown `Unauthorized`, which is how a bad token gets its 401, is none of them, though Lambda
 * counts it among its `Errors`. Callers cannot write such a line: records hold nothing that they
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
    this.refusals = this.#alarm(
      'Refusals',
      sum(DECISION_METRIC.refused),
      refusals,
      'refusals',
      `More than ${refusals} calls were refused in 5 minutes`,
    );
    this.failures = this.#alarm(
      'Failures',
      sum(FAILURE_METRIC.failures),
      0,
      'authorizer-failures',
      'The authorizer answers 500: a fault of its own',
    );
    this.crashes = this.#alarm(
      'Crashes',
      this.#crashes(props),
      0,
      'authorizer-crashes',
      'The authorizer ends without an answer',
    );
    const throttles = lambdaMetric(authorizer, 'Throttles', 'Sum');
    this.throttles = this.#alarm(
      'Throttles',
      throttles,
      0,
      'authorizer-throttled',
      'Lambda refuses to run the authorizer: callers get 500',
    );
    const slow = `1 % of the decisions take longer than ${latency.toHumanString()}`;
    const duration = lambdaMetric(authorizer, 'Duration', 'p99');
    this.latency = this.#alarm(
      'Latency',
      duration,
      latency.toMilliseconds(),
      'authorizer-slow',
      slow,
      3,
    );
    this.keysMissing = this.#alarm(
      'KeysMissing',
      sum(KEY_METRIC.missing),
      0,
      'keys-missing',
      'There are no keys to check tokens with',
    );
    this.quotas = this.#quotaAlarms(props);
  }

  /**
   * Goes off above the threshold; once in a while is the network's, two of three periods are ours.
   */
  #alarm(
    id: string,
    metric: Metric,
    threshold: number,
    section: RunbookSection,
    sentence: string,
    datapointsToAlarm = 2,
  ): Alarm {
    return new Alarm(this, id, {
      metric,
      threshold,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 3,
      datapointsToAlarm,
      // Without calls there is no such metric, and nothing is wrong.
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: alarmText(sentence, section),
    });
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
    const metric = (name: string) =>
      accessMetric(authorizer, DECISION_METRIC.quotaUsedPercent, 'Maximum', {
        [METRIC_DIMENSION.quota]: name,
      });
    return new Map(
      shared.slice(0, MAX_QUOTA_ALARMS).map((name, index) => {
        const sentence = `Quota ${name}: a group has used more than ${NEAR_LIMIT_PERCENT} % of it`;
        return [
          name,
          this.#alarm(
            `Quota${index}`,
            metric(name),
            NEAR_LIMIT_PERCENT,
            'quota-nearly-spent',
            sentence,
          ),
        ];
      }),
    );
  }
}
