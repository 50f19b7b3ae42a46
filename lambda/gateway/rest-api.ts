/**
 * REST APIs by version 1 of the control plane. The caller passes the client, so that functions and
 * commands share this code.
 */
import {
  type APIGatewayClient,
  CreateDeploymentCommand,
  type PatchOperation,
  UpdateMethodCommand,
} from '@aws-sdk/client-api-gateway';
import type { ApiControl, Authorization } from './live-api.ts';
import { readRestApi } from './read-rest-api.ts';
import { type ExportCache, exportCache } from './stage-export.ts';

/**
 * All stages are read.
 * @param stage the one to compare with the API; undefined: none.
 * @param exports kept between controls of the same API.
 */
export function restApiControl(
  client: APIGatewayClient,
  restApiId: string,
  stage?: string,
  exports: ExportCache = exportCache(),
): ApiControl {
  return {
    read: () => readRestApi(client, restApiId, { exports, ...(stage !== undefined && { stage }) }),
    async authorize(route, to) {
      const [resourceId, httpMethod] = route.locator.split('/');
      // Both in one call: a method without authorization ignores an authorizer id alone.
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
 * Scopes stay: only Cognito authorizers read them, and need them when they are restored. A former
 * id is set to the empty text, as Terraform's provider does: an authorizer that a method still
 * names cannot be deleted.
 */
function patches(now: Authorization, { type, authorizerId }: Authorization): PatchOperation[] {
  const set: PatchOperation = { op: 'replace', path: '/authorizationType', value: type };
  const id = authorizerId ?? (now.authorizerId === undefined ? undefined : '');
  return id === undefined ? [set] : [set, { op: 'replace', path: '/authorizerId', value: id }];
}
