import { Duration, Stack } from 'aws-cdk-lib';
import { CfnIntegration, CfnRoute } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, CfnPermission, type IFunction, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { ModelFile } from '../lambda/core/model.ts';
import type { AccessMap } from './access-map/index.ts';
import type { AnyHttpApi } from './api-identity.ts';
import { mapFunctionCode } from './authorizer-code.ts';
import type { OperationsProps } from './operations.ts';
import { operationsLog } from './operations-log.ts';
import { tableKeyStatements } from './table-key.ts';

export interface PermissionsEndpointProps {
  readonly httpApi: AnyHttpApi;
  readonly endpoint: NonNullable<AccessMap['permissionsEndpoint']>;
  readonly model: ModelFile;
  /** The authorizer that stands before it; what it tells of the caller is all that the function goes by. */
  readonly authorizerId: string;
  /** Where quotas are read; absent: the map has none. */
  readonly quotaTable: Table | undefined;
  /** How its log is kept, and the key of the table. */
  readonly operations: OperationsProps;
}

/** A route that answers what its caller may do, and the function behind it; the role may write its log and read quotas, nothing else. */
export class PermissionsEndpoint extends Construct {
  readonly function: IFunction;
  /** The gateway's route key: `GET /permissions`. */
  readonly routeKey: string;

  constructor(scope: Construct, id: string, props: PermissionsEndpointProps) {
    super(scope, id);
    this.routeKey = props.endpoint.route;
    this.function = this.#addFunction(props);
    this.#addRoute(props);
  }

  #addFunction({ model, quotaTable, operations }: PermissionsEndpointProps): IFunction {
    const logGroup = operationsLog(this, 'Log', operations);
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: { permissions: new PolicyDocument({ statements: this.#statements(logGroup, quotaTable, operations) }) },
    });
    return new LambdaFunction(this, 'Function', {
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: mapFunctionCode('permissions', model),
      description: `Tells callers of the API ${model.name} what they may do`,
      memorySize: 512,
      timeout: Duration.seconds(5),
      role,
      logGroup,
      environment: quotaTable === undefined ? {} : { QUOTA_TABLE: quotaTable.tableName },
    });
  }

  #addRoute({ httpApi, endpoint, authorizerId }: PermissionsEndpointProps): void {
    const { apiId } = httpApi;
    const integration = new CfnIntegration(this, 'Integration', {
      apiId,
      integrationType: 'AWS_PROXY',
      integrationUri: this.function.functionArn,
      payloadFormatVersion: '2.0',
    });
    const target = `integrations/${integration.ref}`;
    new CfnRoute(this, 'Route', { apiId, routeKey: endpoint.route, authorizationType: 'CUSTOM', authorizerId, target });
    new CfnPermission(this, 'Permission', {
      action: 'lambda:InvokeFunction',
      functionName: this.function.functionArn,
      principal: 'apigateway.amazonaws.com',
      sourceArn: Stack.of(this).formatArn({
        service: 'execute-api',
        resource: apiId,
        resourceName: `*/GET${endpoint.path}`,
      }),
    });
  }

  #statements(logGroup: LogGroup, quotaTable: Table | undefined, { encryptionKey }: OperationsProps): PolicyStatement[] {
    const log = new PolicyStatement({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logGroup.logGroupArn] });
    if (quotaTable === undefined) return [log];
    const read = new PolicyStatement({ actions: ['dynamodb:GetItem'], resources: [quotaTable.tableArn] });
    return [log, read, ...tableKeyStatements(this, encryptionKey, 'read')];
  }
}
