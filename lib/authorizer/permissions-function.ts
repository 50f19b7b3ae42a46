import type { AccessMap } from '../access-map/index.ts';
import { PermissionsEndpoint } from '../permissions/permissions-endpoint.ts';
import { type AnyHttpApi, type AnyRestApi, isHttpApi } from '../resources/api-identity.ts';
import { type AuthorizerContext, suffixOf } from './authorizer-context.ts';

/** The function behind the permissions endpoint of `api`, with the permission to invoke it. */
export function permissionsEndpoint(
  context: AuthorizerContext,
  api: AnyHttpApi | AnyRestApi,
  endpoint: NonNullable<AccessMap['permissionsEndpoint']>,
): PermissionsEndpoint {
  const { map, quotaTable, operations } = context;
  return new PermissionsEndpoint(api, `Permissions${suffixOf(context)}`, {
    apiId: isHttpApi(api) ? api.apiId : api.restApiId,
    endpoint,
    model: map.model,
    quotaTable,
    operations,
  });
}
