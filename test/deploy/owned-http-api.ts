/**
 * What every HTTP API of another team begins with: an integration, a stage, their JWT authorizer.
 */
import {
  ApiGatewayV2Client,
  CreateApiCommand,
  CreateAuthorizerCommand,
  CreateIntegrationCommand,
  CreateStageCommand,
} from '@aws-sdk/client-apigatewayv2';
import { clientOptions, type World } from './world.ts';

export async function makeOwnedHttpApi(world: World, Name: string) {
  const client = new ApiGatewayV2Client(clientOptions(world));
  const { ApiId = '' } = await client.send(new CreateApiCommand({ Name, ProtocolType: 'HTTP' }));
  const { IntegrationId } = await client.send(
    new CreateIntegrationCommand({
      ApiId,
      IntegrationType: 'HTTP_PROXY',
      IntegrationUri: world.upstream,
      IntegrationMethod: 'ANY',
      PayloadFormatVersion: '1.0',
    }),
  );
  await client.send(new CreateStageCommand({ ApiId, StageName: '$default', AutoDeploy: true }));
  const { AuthorizerId: jwt } = await client.send(
    new CreateAuthorizerCommand({
      ApiId,
      Name: 'acme',
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: { Issuer: world.issuer.issuer, Audience: ['api://orders'] },
    }),
  );
  return { client, ApiId, Target: `integrations/${IntegrationId}`, jwt };
}
