/** What the detector is given. */
import type { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { AccessMap } from '../access-map/index.ts';
import type { OperationsProps } from '../resources/operations-props.ts';

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

export interface DetectorProps extends DetectorOptions {
  /** The map whose sensitive routes the detector knows. */
  readonly map: AccessMap;
  /** The authorizer. */
  readonly function: IFunction;
  /** Its log group, the only one that the detector may read. */
  readonly logGroup: ILogGroup;
  /** Encryption key and retention of the detector's own table and log. */
  readonly operations: OperationsProps;
}
