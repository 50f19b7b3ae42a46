import type { CustomResource } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { type Core, core, known } from './core';

/** How to treat routes of the API that the map does not have. */
export enum OnUnmapped {
  /** They stop the deployment. */
  FAIL = 'fail',
  /** They get the authorizer, which refuses them. */
  DENY = 'deny',
  /** They stay as they are. */
  LEAVE = 'leave',
}

/** What becomes of stages of a REST API that serve routes of the map without the authorizer. */
export enum OtherStages {
  /** They stop the deployment. */
  FAIL = 'fail',
  /** All of them are accepted. */
  LEAVE = 'leave',
}

/** What deleting the stack does with the routes. */
export enum OnDelete {
  /** They get back what they had. */
  RESTORE = 'restore',
  /** Authorizer, function and record stay in place. */
  KEEP = 'keep',
}

/** What is done with the gateway responses of a REST API, which tell callers code and quota. */
export enum GatewayResponses {
  /** None is set. */
  LEAVE = 'leave',
  /** They are set, but for those with a body of the owner's. */
  SET = 'set',
  /** They are set, also where the owner has set a body. */
  REPLACE = 'replace',
}

/** Options of an attachment. */
export interface AttachOptions {
  /**
   * Stage of a REST API that is published.
   * @default - none: an HTTP API needs none, a REST API needs one
   */
  readonly stage?: string;
  /**
   * Routes whose other authorizer ours replaces: `GET /orders`.
   * @default - none: a route keeps another authorizer
   */
  readonly replace?: string[];
  /**
   * How to treat routes of the API that the map does not have.
   * @default OnUnmapped.FAIL
   */
  readonly onUnmapped?: OnUnmapped;
  /**
   * Findings that are accepted, by the names that messages have: `resourcePolicy`.
   * @default - none
   */
  readonly accept?: string[];
  /**
   * What becomes of stages of a REST API that serve routes of the map without the authorizer.
   * @default OtherStages.FAIL
   */
  readonly otherStages?: OtherStages;
  /**
   * Stages that are accepted by name, in place of `otherStages`.
   * @default - none
   */
  readonly acceptedStages?: string[];
  /**
   * Stack whose attachment to the same API this one takes over, record included.
   * @default - none
   */
  readonly takeOver?: string;
  /**
   * What deleting the stack does.
   * @default OnDelete.RESTORE
   */
  readonly onDelete?: OnDelete;
  /**
   * Also publish edits of others that are not deployed yet.
   * @default false
   */
  readonly publishPending?: boolean;
  /**
   * Gateway responses of a REST API.
   * @default GatewayResponses.LEAVE
   */
  readonly gatewayResponses?: GatewayResponses;
  /**
   * Whether a 403 over quota carries the header `Retry-After` from the authorizer's context; of a
   * REST API with `gatewayResponses`.
   * @default true; the body has the seconds as well, should an account refuse the header's source
   */
  readonly retryAfterHeader?: boolean;
}

/** Options of `protect`. */
export interface ProtectOptions {
  /**
   * Routes, or patterns of them, whose other authorizer ours replaces: `GET /orders`. A route that
   * IAM guards is replaced only where it is named itself. Each must stand for a route of the API.
   * @default none: a route with another authorizer is an error at synthesis, and stays unchanged
   */
  readonly replace?: string[];
}

const RESPONSES = {
  [GatewayResponses.LEAVE]: false,
  [GatewayResponses.SET]: true,
  [GatewayResponses.REPLACE]: 'replace',
} as const;

/** What the constructs take for `options`: unions in place of the enums and the list. */
export function attachOptions({
  acceptedStages,
  otherStages,
  gatewayResponses,
  ...options
}: AttachOptions): Core.AttachOptions {
  if (acceptedStages !== undefined && otherStages !== undefined)
    throw new Error('expected one of `acceptedStages` and `otherStages`, found both');
  const stages = acceptedStages ?? otherStages;
  return {
    ...options,
    ...(stages !== undefined && { otherStages: stages }),
    ...(gatewayResponses !== undefined && { gatewayResponses: RESPONSES[gatewayResponses] }),
  };
}

/** A value of the plan, for an output of the stack. */
export interface PlanOutput {
  /** Known once the stack is deployed. */
  readonly value: string;
  /** What the value is. */
  readonly description: string;
}

/**
 * The first step of an attachment: compares the API with the map, changes nothing, and stops the
 * deployment before the first change of the API if something forbids it. A dry run is this step
 * alone.
 */
export class AttachmentPlan extends Construct {
  /**
   * Prior authorization of routes; kept when the stack is deleted, since it is the only copy. The
   * table of a dry run is deleted.
   */
  declare public readonly records: dynamodb.Table;
  /** The custom resource. */
  declare public readonly resource: CustomResource;
  /** Handles the custom resource. */
  declare public readonly function: lambda.IFunction;
  /** What the plan found, by name. */
  declare public readonly outputs: { readonly [name: string]: PlanOutput };

  private constructor(scope: Construct, id: string) {
    super(scope, id);
  }
}

/**
 * Our authorizer on the routes of an API that another stack owns: plan, authorizer, routes, and a
 * drift check every 15 minutes.
 */
export class Attachment extends Construct {
  /** Compares the API with the map, before anything changes. */
  declare public readonly plan: AttachmentPlan;
  /** Prior authorization of routes. */
  declare public readonly records: dynamodb.Table;
  /**
   * Goes off when a route can be called without authorizer, and when the check has not run for 30
   * minutes.
   */
  declare public readonly alarm: cloudwatch.Alarm;
  /** The custom resource. */
  declare public readonly resource: CustomResource;

  private constructor(scope: Construct, id: string) {
    super(scope, id);
  }
}

known(core.AttachmentPlan, AttachmentPlan);
known(core.Attachment, Attachment);
