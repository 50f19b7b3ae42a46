import { Aspects, Duration } from 'aws-cdk-lib';
import { Alarm, type IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { Construct, type IConstruct } from 'constructs';
import type { OktaGroupAuthorizer } from '../authorizer/okta-group-authorizer.ts';
import { addInfo } from '../resources/add-info.ts';
import { withRetention } from '../resources/log-retention.ts';
import type { OperationsProps } from '../resources/operations-props.ts';
import { AccessAlarms } from './access-alarms.ts';
import { AccessDashboard } from './dashboard.ts';
import { Detector } from './detector.ts';
import type { DetectorOptions } from './detector-props.ts';
import { SavedQueries } from './saved-queries.ts';

export interface WatchOptions {
  /**
   * Topic, or its ARN, that gets all alarms when they go off and when they are over, those on keys,
   * quotas and attached routes too. The policies of the topic and of its key, if it has one, must
   * let CloudWatch publish.
   * @default none: alarms show only in CloudWatch
   */
  readonly alarmTopic?: ITopic | string;

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
   * Options of the scheduled detector, or `false` for none.
   * @default a detector with the defaults of its options
   */
  readonly detector?: DetectorOptions | false;
}

export interface WatchProps extends WatchOptions {
  /** The authorizer that is watched. */
  readonly authorizer: OktaGroupAuthorizer;
  /**
   * The API’s access log, which saved queries then read too.
   * @default none: the queries over it are left out
   */
  readonly accessLog?: ILogGroup;
  /**
   * Encryption key and retention of the detector's log and table.
   * @default those of `OperationsProps`
   */
  readonly operations?: OperationsProps;
}

/**
 * Watches an authorizer: alarms with a runbook paragraph each (docs/how-to/runbook.md), a
 * dashboard, a detector, saved queries.
 */
export class Watch extends Construct {
  readonly alarms: AccessAlarms;
  readonly detector: Detector | undefined;
  readonly dashboard: AccessDashboard | undefined;

  /** @throws Error for an option out of its bounds. */
  constructor(scope: Construct, id: string, props: WatchProps) {
    super(scope, id);
    const { authorizer, detector, refusals = 300, latency = Duration.seconds(1) } = props;
    const operations = withRetention(props.operations ?? {}, authorizer.map);
    const watched = {
      map: authorizer.map,
      // Watching an authorizer is not using it, while reading its `function` counts as a use.
      function: authorizer.keyAlarms.watched,
      logGroup: authorizer.logGroup,
    };
    this.#assertPositive(refusals);
    this.alarms = new AccessAlarms(this, 'Alarms', { ...watched, refusals, latency });
    this.detector =
      detector === false
        ? undefined
        : new Detector(this, 'Detector', { ...detector, ...watched, operations });
    if (props.savedQueries !== false) this.#addQueries(props);
    this.dashboard = props.dashboard === false ? undefined : this.#addDashboard(authorizer);
    if (props.alarmTopic === undefined) this.#warnWithoutTopic();
    else this.#send(new SnsAction(this.#topic(props.alarmTopic)), authorizer);
  }

  #warnWithoutTopic(): void {
    addInfo(
      this,
      'okta-group-authorizer:alarmsUnheard',
      'the alarms notify nobody, since there is no `alarmTopic`: set it (context `alarmTopic`, or the option of `watch`), or give each alarm an action',
    );
  }

  #addQueries({ authorizer, accessLog }: WatchProps): void {
    const findings = this.detector?.logGroup;
    new SavedQueries(this, 'Queries', {
      records: authorizer.logGroup,
      revocations: authorizer.map.revocations.length > 0,
      ...(accessLog && { accessLog }),
      ...(findings && { findings }),
    });
  }

  #addDashboard(authorizer: OktaGroupAuthorizer): AccessDashboard {
    const alarms = [authorizer, this]
      .flatMap((construct) => construct.node.findAll())
      .filter((node) => node instanceof Alarm);
    const { metric: crashes } = this.alarms.crashes;
    return new AccessDashboard(this, 'Dashboard', {
      function: authorizer.keyAlarms.watched,
      alarms,
      crashes,
      plan: authorizer.metricPlan,
      records: authorizer.logGroup,
    });
  }

  /** By aspects: an attachment that is created later has an alarm of its own. */
  #send(action: IAlarmAction, authorizer: OktaGroupAuthorizer): void {
    const visit = (node: IConstruct): void => {
      if (!(node instanceof Alarm)) return;
      node.addAlarmAction(action);
      node.addOkAction(action);
    };
    for (const construct of [authorizer, this]) Aspects.of(construct).add({ visit });
  }

  #topic(topic: ITopic | string): ITopic {
    return typeof topic === 'string' ? Topic.fromTopicArn(this, 'AlarmTopic', topic) : topic;
  }

  #assertPositive(refusals: number): void {
    if (Number.isInteger(refusals) && refusals > 0) return;
    throw new Error(
      `${this.node.path}: \`refusals\`: expected a whole number above 0, found ${refusals}`,
    );
  }
}
