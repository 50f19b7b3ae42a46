import { CustomResource, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { APP_CONTEXT } from '../../lambda/core/contract/app-context.ts';
import {
  PROPERTY,
  UPDATE_PROPERTY,
  writeRequest,
} from '../../lambda/core/contract/attachment-request.ts';
import {
  PLAN_ATTRIBUTE,
  RESOURCE_TYPE,
  RESPONSE_ATTRIBUTE,
  TAKE_OVER_ATTRIBUTE,
} from '../../lambda/core/contract/custom-resources.ts';
import { STACK_OUTPUT } from '../../lambda/core/contract/stack-outputs.ts';
import { noteNoRateLimit } from '../resources/note-no-rate-limit.ts';
import type { OperationsProps } from '../resources/operations-props.ts';
import { ownTableProps } from '../resources/own-table.ts';
import type { AttachTarget } from './attach-options.ts';
import { AttachmentFunction } from './attachment-function.ts';
import {
  readResponses,
  readStatements,
  stackStatus,
  takeOverStatements,
  writeStatements,
} from './attachment-grants.ts';
import { requestProperties } from './request-properties.ts';

export interface AttachmentPlanProps extends AttachTarget {
  /** ARN that the gateway invokes; absent for a dry run. */
  readonly authorizerArn?: string;
  /** Name of the authorizer on the API. */
  readonly authorizerName: string;
  /** Retention of logs, and the key of the table. */
  readonly operations: OperationsProps;
}

/** Descriptions of the plan's values, which are outputs of the stack. */
const OUTPUTS = {
  [PLAN_ATTRIBUTE.attached]: 'Routes that carry the authorizer',
  [PLAN_ATTRIBUTE.leftForeign]: 'Routes that keep another authorizer',
  [PLAN_ATTRIBUTE.public]: 'Routes without authorizer, as the access map says',
  [PLAN_ATTRIBUTE.unmapped]: 'Routes that the access map does not list; left unchanged',
  [PLAN_ATTRIBUTE.reopenOnDetach]: 'Routes that become unprotected when this stack is deleted',
  [PLAN_ATTRIBUTE.served]:
    'Routes of the access map that the API lacks, whose calls another route serves',
  [PLAN_ATTRIBUTE.stagesAfterDetach]:
    'Stages that answer 500 once this stack is deleted, until their owner deploys them',
} as const;

/** Goes up when the plan answers with more attributes. */
const PLAN_FORMAT = '2';

const TAKE_OVER_OUTPUTS = {
  [TAKE_OVER_ATTRIBUTE]: 'What is taken over from another stack',
} as const;

const RESPONSE_OUTPUTS = {
  [RESPONSE_ATTRIBUTE.set]: 'Gateway responses that are set',
  [RESPONSE_ATTRIBUTE.left]: 'Gateway responses that keep the body set by the API owner',
} as const;

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
  readonly records: Table;
  readonly resource: CustomResource;
  readonly function: IFunction;
  readonly properties: Readonly<Record<string, unknown>>;

  constructor(scope: Construct, id: string, props: AttachmentPlanProps) {
    super(scope, id);
    noteNoRateLimit(this, `the attachment of ${props.map.source}`);
    const isDryRun = props.dryRun === true;
    this.records = new Table(
      this,
      'Records',
      ownTableProps({
        encryptionKey: props.operations.encryptionKey,
        // A dry run writes no record, and is refused where one is.
        removalPolicy: isDryRun ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
      }),
    );
    this.function = new AttachmentFunction(this, 'Attach', {
      handler: 'handler',
      description: `Attaches the authorizer of ${props.map.name} to an API that exists`,
      statements: this.#statements(props, isDryRun),
      recordTable: this.records.tableName,
      authorizerArn: props.authorizerArn,
      access: isDryRun ? 'read' : 'write',
      operations: props.operations,
    }).function;
    this.properties = {
      ...requestProperties(props),
      ...writeRequest({ authorizerName: props.authorizerName }),
      ...forceUpdate(this),
    };
    this.resource = this.customResource('Plan', RESOURCE_TYPE.plan, {
      [UPDATE_PROPERTY.planFormat]: PLAN_FORMAT,
    });
  }

  #statements(target: AttachTarget, isDryRun: boolean): PolicyStatement[] {
    const stack = Stack.of(this);
    return [
      ...readStatements(stack, target, this.records),
      ...readResponses(stack, target),
      ...(isDryRun ? [] : writeStatements(stack, target, this.records)),
      ...takeOverStatements(stack, target),
      stackStatus(stack),
    ];
  }

  /** What the plan found, by name. */
  get outputs(): Readonly<
    Record<string, { readonly value: string; readonly description: string }>
  > {
    const names = {
      ...OUTPUTS,
      ...(PROPERTY.takeOver in this.properties && TAKE_OVER_OUTPUTS),
      ...(PROPERTY.responses in this.properties && RESPONSE_OUTPUTS),
    };
    const found = Object.entries(names).map(([name, description]) => [
      name,
      { value: this.resource.getAttString(name), description },
    ]);
    const records = {
      value: this.records.tableName,
      description: 'Table of the prior authorization of the routes',
    };
    return { ...Object.fromEntries(found), [STACK_OUTPUT.records]: records };
  }

  customResource(
    id: string,
    resourceType: string,
    more: Readonly<Record<string, unknown>>,
    handler = this.function,
  ): CustomResource {
    return new CustomResource(this, id, {
      resourceType,
      serviceToken: handler.functionArn,
      serviceTimeout: Duration.minutes(15),
      properties: { ...this.properties, ...more },
    });
  }
}

/**
 * Context `attachAgain`: any text. A new value makes CloudFormation update the attachment although
 * nothing else changed, e.g. after drift.
 */
function forceUpdate(scope: Construct): Readonly<Record<string, unknown>> {
  const value: unknown = scope.node.tryGetContext(APP_CONTEXT.forceUpdate);
  return value === undefined ? {} : { [UPDATE_PROPERTY.forceUpdate]: String(value) };
}
