import { type ArnComponents, ArnFormat, CfnOutput, Stack, Token } from 'aws-cdk-lib';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { functionUri } from '../../lambda/core/contract/authorizer-uri.ts';
import type { AccessMap } from '../access-map/index.ts';
import type { OktaGroupAuthorizer } from '../authorizer/okta-group-authorizer.ts';
import { noteNoRateLimit } from '../resources/note-no-rate-limit.ts';
import { authorizerSettings } from './authorizer-settings.ts';

/**
 * The authorizer for APIs that another tool deploys: outputs of the stack say what to configure
 * there.
 */
export class AuthorizerOnly extends Construct {
  constructor(scope: Construct, id: string, { invokedArn: functionArn, map }: OktaGroupAuthorizer) {
    super(scope, id);
    noteNoRateLimit(this, map.source);
    for (const [permission, sourceArn] of Object.entries(sources(this, map)))
      new CfnPermission(this, permission, {
        action: 'lambda:InvokeFunction',
        functionName: functionArn,
        principal: 'apigateway.amazonaws.com',
        sourceArn,
      });
    for (const [name, value] of Object.entries(outputsFor(this, functionArn, map)))
      new CfnOutput(this, name, { value }).overrideLogicalId(name);
  }
}

/**
 * Authorizers that may call, by the name of their permission: those that the map lists, else those
 * of this account and Region. Without account in it a permission would be for everybody's APIs.
 * Source: API Gateway Developer Guide, "Amazon Resource Name (ARN) format", of authorizers.
 */
function sources(
  scope: Construct,
  { api: { callers }, source }: AccessMap,
): Readonly<Record<string, string>> {
  // It is not known here which API will call.
  if (callers === undefined) return { Permission: authorizersOf(scope, {}) };
  return Object.fromEntries(
    callers.map((caller) => {
      if (!caller.startsWith('arn:'))
        return [`Caller-${caller}`, authorizersOf(scope, { account: caller })];
      const [, partition = '', , region = '', account = '', api = ''] = caller.split(':');
      assertPartition(scope, { partition, caller, source });
      const place = { partition, region, account, resource: api };
      return [`Caller-${account}-${region}-${api}`, authorizersOf(scope, place)];
    }),
  );
}

const authorizersOf = (scope: Construct, of: Partial<ArnComponents>): string =>
  Stack.of(scope).formatArn({
    service: 'execute-api',
    resource: '*',
    ...of,
    resourceName: 'authorizers/*',
    arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
  });

interface NamedCaller {
  readonly partition: string;
  readonly caller: string;
  readonly source: string;
}

/** Lambda would accept the permission, and API Gateway could never use it. */
function assertPartition(scope: Construct, { partition, caller, source }: NamedCaller): void {
  const { partition: own } = Stack.of(scope);
  if (Token.isUnresolved(own) || own === partition) return;
  throw new Error(
    `${source}: \`api.callers\`: expected APIs of the partition \`${own}\` of the stack, found \`${caller}\``,
  );
}

/** What the tool that deploys the API sets on its authorizer. */
function outputsFor(
  scope: Construct,
  functionArn: string,
  map: AccessMap,
): Readonly<Record<string, string>> {
  const { identitySource, payloadFormatVersion, resultTtlSeconds } = authorizerSettings(map);
  return {
    AuthorizerArn: functionArn,
    AuthorizerUri: functionUri(Stack.of(scope), functionArn),
    IdentitySource: identitySource,
    PayloadFormatVersion: payloadFormatVersion,
    ResultTtlSeconds: String(resultTtlSeconds),
  };
}
