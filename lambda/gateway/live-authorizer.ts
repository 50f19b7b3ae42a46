/** An authorizer of a REST API, as its listing and the export of a stage describe it. */
import type { Authorizer } from '@aws-sdk/client-api-gateway';
import { arnInUri } from '../core/contract/authorizer-uri.ts';
import type { LiveAuthorizer } from './live-api.ts';

export function liveAuthorizer({
  id,
  name,
  type,
  authorizerUri,
  identitySource,
  authorizerResultTtlInSeconds: ttlSeconds,
}: Authorizer): LiveAuthorizer {
  const invokes = arnInUri(authorizerUri);
  return {
    id: id ?? '',
    name: name ?? '',
    type: type ?? '',
    ...(invokes !== undefined && { invokes }),
    ...(identitySource !== undefined && { identitySources: identitySource.split(',') }),
    ...(ttlSeconds !== undefined && { ttlSeconds }),
  };
}
