import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { CfnPermission, IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { VARIABLE } from '../../lambda/core/contract/environment.ts';
import type { ModelFile } from '../../lambda/core/model/model-file.ts';
import type { AccessMap } from '../access-map/index.ts';
import { mapFunctionCode } from '../resources/map-function-code.ts';
import type { OperationsProps } from '../resources/operations-props.ts';
import { ownFunction } from '../resources/own-function.ts';
import { tableKeyStatements } from '../resources/table-key.ts';
import { allowInvocation } from '../template-parts/invoke-permission.ts';

export interface PermissionsEndpointProps {
  /** The API whose route invokes the function. */
  readonly apiId: string;
  /** Path and route of the endpoint, as the map has them. */
  readonly endpoint: NonNullable<AccessMap['permissionsEndpoint']>;
  /** The access model that the function reads, the authorizer's own. */
  readonly model: ModelFile;
  /** Where quotas are read; absent: the map has none. */
  readonly quotaTable: Table | undefined;
  /** How its log is kept, and the key of the table. */
  readonly operations: OperationsProps;
}

/**
 * The function that tells its callers what they may do, from the context that the authorizer passes
 * on. Its role may write its log and read quotas, nothing else. permissions-routes.ts adds the
 * route to the API.
 */
export class PermissionsEndpoint extends Construct {
  readonly function: IFunction;
  /** The gateway's route key: `GET /permissions`. */
  readonly routeKey: string;
  /** `/permissions`. */
  readonly path: string;
  /** Lets this route of the API invoke the function, and nothing else. */
  readonly permission: CfnPermission;

  constructor(scope: Construct, id: string, props: PermissionsEndpointProps) {
    super(scope, id);
    const { apiId, endpoint } = props;
    this.routeKey = endpoint.route;
    this.path = endpoint.path;
    this.function = this.#addFunction(props);
    this.permission = allowInvocation(this, {
      functionArn: this.function.functionArn,
      apiId,
      source: `*/GET${endpoint.path}`,
    });
  }

  #addFunction({ model, quotaTable, operations }: PermissionsEndpointProps): IFunction {
    return ownFunction(this, {
      code: mapFunctionCode('permissions', model, operations.storeClient),
      description: `Tells callers of the API ${model.name} what they may do`,
      memorySize: 512,
      timeout: Duration.seconds(5),
      policy: 'permissions',
      statements: this.#statements(quotaTable, operations),
      environment: quotaTable === undefined ? {} : { [VARIABLE.quotaTable]: quotaTable.tableName },
      operations,
    }).function;
  }

  #statements(
    quotaTable: Table | undefined,
    { encryptionKey }: OperationsProps,
  ): PolicyStatement[] {
    if (quotaTable === undefined) return [];
    const read = new PolicyStatement({
      actions: ['dynamodb:GetItem'],
      resources: [quotaTable.tableArn],
    });
    return [read, ...tableKeyStatements(this, encryptionKey, 'read')];
  }
}
