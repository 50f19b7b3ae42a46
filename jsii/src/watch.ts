import type { Duration } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { type OktaGroupAuthorizer, ofCore } from './authorizer';
import { type Core, core, type Face, known } from './core';
import type { OperationsProps } from './operations';

/** Options of the scheduled detector. */
export interface DetectorOptions {
  /**
   * Distinct routes on which a principal must be refused within `probingWindow` to be reported; 2
   * to 50.
   * @default 10
   */
  readonly probedRoutes?: number;

  /**
   * Whole minutes, a multiple of 5, at most a day.
   * @default Duration.hours(1)
   */
  readonly probingWindow?: Duration;

  /**
   * How long the detector learns which groups call a sensitive route before it reports a new one.
   * @default Duration.days(7)
   */
  readonly learning?: Duration;
}

/** What watches an authorizer. */
export interface WatchOptions {
  /**
   * Topic that gets all alarms when they go off and when they are over, those on keys, quotas and
   * attached routes too. The policies of the topic and of its key, if it has one, must let
   * CloudWatch publish.
   * @default none: alarms show only in CloudWatch
   */
  readonly alarmTopic?: sns.ITopic;

  /**
   * ARN of that topic, in place of `alarmTopic`.
   * @default none
   */
  readonly alarmTopicArn?: string;

  /**
   * Refused calls within five minutes above which the alarm on refusals goes off.
   * @default 300, one a second
   */
  readonly refusals?: number;

  /**
   * Time that 99 % of the decisions must stay below.
   * @default Duration.seconds(1)
   */
  readonly latency?: Duration;

  /**
   * Whether there is a dashboard.
   * @default true
   */
  readonly dashboard?: boolean;

  /**
   * Whether there are saved queries for CloudWatch Logs Insights.
   * @default true
   */
  readonly savedQueries?: boolean;

  /**
   * Options of the scheduled detector.
   * @default a detector with the defaults of its options
   */
  readonly detector?: DetectorOptions;

  /**
   * Whether there is a scheduled detector.
   * @default true
   */
  readonly detectorEnabled?: boolean;
}

/** An authorizer, and what watches it. */
export interface WatchProps extends WatchOptions {
  /** The authorizer that is watched. */
  readonly authorizer: OktaGroupAuthorizer;
  /**
   * The API’s access log, which saved queries then read too.
   * @default none: the queries over it are left out
   */
  readonly accessLog?: logs.ILogGroup;
  /**
   * Encryption key and retention of the detector's log and table.
   * @default those of `OperationsProps`
   */
  readonly operations?: OperationsProps;
}

/** What the constructs take for `options`: unions in place of two keys for one thing. */
export function watchOptions({
  alarmTopic,
  alarmTopicArn,
  detector,
  detectorEnabled,
  ...options
}: WatchOptions): Core.WatchOptions {
  if (alarmTopic !== undefined && alarmTopicArn !== undefined)
    throw new Error('expected one of `alarmTopic` and `alarmTopicArn`, found both');
  if (detector !== undefined && detectorEnabled === false)
    throw new Error('expected no `detector` beside `detectorEnabled: false`, found its options');
  const topic = alarmTopic ?? alarmTopicArn;
  return {
    ...options,
    ...(topic !== undefined && { alarmTopic: topic }),
    ...(detector !== undefined && { detector }),
    ...(detectorEnabled === false && { detector: false as const }),
  };
}

/**
 * Alarms on the decisions and on the authorizer function. `KeyAlarms`, `QuotaAlarms` and
 * attachments have alarms of their own.
 */
export class AccessAlarms extends Construct {
  /** More calls are refused than usual, for any reason. */
  declare public readonly refusals: cloudwatch.Alarm;
  /** The authorizer answers 500 because of a fault of its own or of the event. */
  declare public readonly failures: cloudwatch.Alarm;
  /** The authorizer ends without an answer: a timeout, out of memory, or an uncaught exception. */
  declare public readonly crashes: cloudwatch.Alarm;
  /** Lambda throttles the authorizer: callers get 500. */
  declare public readonly throttles: cloudwatch.Alarm;
  /** Decisions are slow. */
  declare public readonly latency: cloudwatch.Alarm;
  /**
   * There are no keys to check tokens with, neither Okta's nor copied ones: every call is refused.
   */
  declare public readonly keysMissing: cloudwatch.Alarm;

  private constructor(scope: Construct, id: string) {
    super(scope, id);
  }
}

/**
 * Searches the decision records every 5 minutes for what no metric shows: one principal refused on
 * many routes, and the first call of a group on a route that the map calls `sensitive`.
 */
export class Detector extends Construct {
  /** Runs every 5 minutes. */
  declare public readonly function: lambda.IFunction;
  /** Findings, one JSON line each. */
  declare public readonly logGroup: logs.ILogGroup;
  /** A principal is refused on many routes. */
  declare public readonly probing: cloudwatch.Alarm;
  /** A group called a sensitive route for the first time. */
  declare public readonly newGroups: cloudwatch.Alarm;
  /**
   * The detector is more than 30 minutes behind the records. Also in alarm between the first
   * deployment and the first run.
   */
  declare public readonly behind: cloudwatch.Alarm;

  private constructor(scope: Construct, id: string) {
    super(scope, id);
  }
}

const Base = core.Watch as unknown as Face<Construct, [Construct, string, Core.WatchProps]>;

/** What the dashboard of an authorizer is. */
export class AccessDashboard extends Construct {
  /** The dashboard. */
  declare public readonly dashboard: cloudwatch.Dashboard;

  private constructor(scope: Construct, id: string) {
    super(scope, id);
  }
}

/**
 * Watches an authorizer: alarms with a runbook paragraph each (docs/how-to/runbook.md), a
 * dashboard, a detector, saved queries.
 */
export class Watch extends Base {
  /** Alarms on the decisions and on the function. */
  declare public readonly alarms: AccessAlarms;
  /** Undefined where there is no detector. */
  declare public readonly detector?: Detector;
  /** Undefined where there is no dashboard. */
  declare public readonly dashboard?: AccessDashboard;

  public constructor(scope: Construct, id: string, props: WatchProps) {
    const { authorizer, accessLog, operations, ...options } = props;
    super(scope, id, {
      ...watchOptions(options),
      authorizer: ofCore(authorizer),
      ...(accessLog !== undefined && { accessLog }),
      ...(operations !== undefined && {
        operations: operations as Core.WatchProps['operations'] & object,
      }),
    });
  }

  /**
   * By name of the quota: an alarm for each quota that a group shares. Users notice their own
   * quota; nobody watches a group's.
   */
  public get quotaAlarms(): { readonly [quota: string]: cloudwatch.Alarm } {
    const { quotas } = this.alarms as unknown as Core.AccessAlarms;
    return Object.fromEntries(quotas);
  }
}

known(core.AccessAlarms, AccessAlarms);
known(core.Detector, Detector);
known(core.AccessDashboard, AccessDashboard);
known(core.Watch, Watch);
