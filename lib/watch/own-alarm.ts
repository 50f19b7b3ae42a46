import { Stack } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { alarmText, type RunbookSection } from './runbook.ts';

export interface OwnAlarmProps {
  readonly metric: IMetric;
  /** The alarm goes off above this value. */
  readonly threshold: number;
  /** One sentence without a full stop: what is wrong. */
  readonly sentence: string;
  /** Paragraph of docs/how-to/runbook.md. */
  readonly section: RunbookSection;
  /** @default the alarm goes off above the threshold */
  readonly comparisonOperator?: ComparisonOperator;
  /** Periods of the metric that are looked at. */
  readonly evaluationPeriods: number;
  /** @default all of `evaluationPeriods` */
  readonly datapointsToAlarm?: number;
  /** @default NOT_BREACHING: without calls there is no such metric, and nothing is wrong */
  readonly treatMissingData?: TreatMissingData;
}

/**
 * One of the package's alarms, with its paragraph of the runbook. It has no action. Its name begins
 * with `okta-groups-` and the stack's name, so that one can search for it.
 */
export function ownAlarm(
  scope: Construct,
  id: string,
  { sentence, section, ...settings }: OwnAlarmProps,
): Alarm {
  return new Alarm(scope, id, {
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
    ...settings,
    alarmName: `okta-groups-${Stack.of(scope).stackName}-${section}-${id}-${scope.node.addr.slice(-8)}`,
    alarmDescription: alarmText(sentence, section),
  });
}

/** A single failure is transient; failures in two of three periods are not. */
export const TWO_OF_THREE = { evaluationPeriods: 3, datapointsToAlarm: 2 } as const;
