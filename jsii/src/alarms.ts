import type { Duration } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { AccessMap } from './access-map';
import { type Core, core, type Face, known } from './core';

/** What alarms on signing keys need. */
export interface KeyAlarmsProps {
  /** The authorizer, whose log lines contain the metrics. */
  readonly function: lambda.IFunction;
  /** Longest age at which keys are used. */
  readonly maxStaleKeys: Duration;
}

const KeyBase = core.KeyAlarms as Face<Construct, [Construct, string, Core.KeyAlarmsProps]>;

/** Alarms on the signing keys. They have no action: add one with `addAlarmAction`. */
export class KeyAlarms extends KeyBase {
  /**
   * The keys in use are older than an hour (or half of `maxStaleKeys` where that is less): Okta
   * cannot be reached.
   */
  declare public readonly age: cloudwatch.Alarm;
  /**
   * The shared copy, where it was needed, was older than half of `maxStaleKeys`: an outage lasts,
   * or no function writes the copy.
   */
  declare public readonly copyAge: cloudwatch.Alarm;
  /**
   * The shared copy cannot be read or written; without the alarm that would show only in an outage.
   */
  declare public readonly copy: cloudwatch.Alarm;
  /** The authorizer's function. */
  declare public readonly watched: lambda.IFunction;

  public constructor(scope: Construct, id: string, props: KeyAlarmsProps) {
    super(scope, id, props);
  }
}

/** What alarms on quotas need. */
export interface QuotaAlarmsProps {
  /** The authorizer, whose log lines contain the metrics. */
  readonly function: lambda.IFunction;
}

const QuotaBase = core.QuotaAlarms as Face<Construct, [Construct, string, Core.QuotaAlarmsProps]>;

/** The alarm on the quota table. It has no action: add one with `addAlarmAction`. */
export class QuotaAlarms extends QuotaBase {
  /**
   * Charges fail, so that calls are refused, or pass uncounted where the quota says
   * `onStoreFailure: allow`.
   */
  declare public readonly failures: cloudwatch.Alarm;

  public constructor(scope: Construct, id: string, props: QuotaAlarmsProps) {
    super(scope, id, props);
  }
}

/** What the alarm on revoked tokens needs. */
export interface RevocationAlarmsProps {
  /** The authorizer, whose log lines contain the metrics. */
  readonly function: lambda.IFunction;
  /** Says how long a revoked token may pass, which the alarm names. */
  readonly map: AccessMap;
}

const RevocationBase = core.RevocationAlarms as Face<
  Construct,
  [Construct, string, Core.RevocationAlarmsProps]
>;

/** The alarm on the reading of revoked tokens. It has no action: add one with `addAlarmAction`. */
export class RevocationAlarms extends RevocationBase {
  /**
   * Reads of a hub's list give nothing, so that calls pass unread, or are refused where the map
   * says `onStoreFailure: deny`.
   */
  declare public readonly unread: cloudwatch.Alarm;

  public constructor(scope: Construct, id: string, props: RevocationAlarmsProps) {
    super(scope, id, props as unknown as Core.RevocationAlarmsProps);
  }
}

known(core.KeyAlarms, KeyAlarms);
known(core.QuotaAlarms, QuotaAlarms);
known(core.RevocationAlarms, RevocationAlarms);
