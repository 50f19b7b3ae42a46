/**
 * REST APIs by the control plane's version 1. The client is given, so that the same code serves
 * functions and commands.
 */
import {
  type APIGatewayClient,
  CreateDeploymentCommand,
  type PatchOperation,
  UpdateMethodCommand,
} from '@aws-sdk/client-api-gateway';
import type { ApiControl, Authorization } from './live-api.ts';
import { readRestApi } from './read-rest-api.ts';

/**
 * @param stage the one that is published and compared; absent: all are read and none can be
 * published.
 */
export function restApiControl(
  client: APIGatewayClient,
  restApiId: string,
  stage?: string,
): ApiControl {
  return {
    read: () => readRestApi(client, restApiId, stage),
    async authorize(route, to) {
      const [resourceId, httpMethod] = route.locator.split('/');
      // Both in one call: an authorizer id alone is ignored by a method without authorization.
      await client.send(
        new UpdateMethodCommand({
          restApiId,
          resourceId,
          httpMethod,
          patchOperations: patches(route.authorization, to),
        }),
      );
    },
    async publish(stageName) {
      await client.send(
        new CreateDeploymentCommand({ restApiId, stageName, description: 'okta-group-authorizer' }),
      );
    },
  };
}

/**
 * Scopes stay as they are: only Cognito authorizers read them, and they are there when such a one
 * comes back. An id that is no longer meant is emptied, as Terraform's provider does: an authorizer
 * that a method still names cannot be deleted.
 */
function patches(now: Authorization, { type, authorizerId }: Authorization): PatchOperation[] {
  const set: PatchOperation = { op: 'replace', path: '/authorizationType', value: type };
  const id = authorizerId ?? (now.authorizerId === undefined ? undefined : '');
  return id === undefined ? [set] : [set, { op: 'replace', path: '/authorizerId', value: id }];
}
