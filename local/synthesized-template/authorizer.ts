/** The authorizers of an HTTP API. */
import {
  LOCAL_ACCOUNT,
  LOCAL_REGION,
  localId,
  type Resource,
  TemplateError,
} from './intrinsics.ts';
import { functionOfUri, mayInvoke } from './invoke.ts';
import { type Properties, readProperties } from './properties.ts';
import type { Scope } from './scope.ts';

export interface AuthorizerView {
  readonly id: string;
  readonly functionArn: string;
  readonly identitySources: readonly string[];
  /** 0: the result is never cached. */
  readonly ttlSeconds: number;
  readonly simpleResponses: boolean;
  /**
   * Whether the function's resource policy, or a role, lets the gateway invoke it for this
   * authorizer.
   */
  readonly invocable: boolean;
}

export function readAuthorizer(
  scope: Scope,
  apiId: string,
  id: string,
  resource: Resource,
): AuthorizerView {
  const authorizer = readProperties(id, resource, scope.resolve, [
    'ApiId',
    'Name',
    'AuthorizerType',
    'AuthorizerUri',
    'AuthorizerPayloadFormatVersion',
    'AuthorizerResultTtlInSeconds',
    'AuthorizerCredentialsArn',
    'EnableSimpleResponses',
    'IdentitySource',
  ]);
  assertServed(authorizer);
  const functionArn = functionOfUri(authorizer.text('AuthorizerUri'), authorizer.at);
  const authorizerId = localId(id);
  const ttlSeconds = authorizer.optionalNumber('AuthorizerResultTtlInSeconds') ?? 0;
  const identitySources = authorizer.texts('IdentitySource');
  assertCacheable(authorizer.at, ttlSeconds, identitySources);
  return {
    id: authorizerId,
    functionArn,
    identitySources,
    ttlSeconds,
    simpleResponses: authorizer.flag('EnableSimpleResponses'),
    invocable:
      authorizer.optionalText('AuthorizerCredentialsArn') !== undefined ||
      mayInvoke(
        scope,
        functionArn,
        `arn:aws:execute-api:${LOCAL_REGION}:${LOCAL_ACCOUNT}:${apiId}/authorizers/${authorizerId}`,
      ),
  };
}

function assertServed(authorizer: Properties): void {
  if (authorizer.text('AuthorizerType') !== 'REQUEST')
    throw new TemplateError(`${authorizer.at}: only AuthorizerType REQUEST is served locally`);
  const payload = authorizer.optionalText('AuthorizerPayloadFormatVersion');
  if (payload !== '2.0')
    throw new TemplateError(
      `${authorizer.at}: only payload format 2.0 is served locally, found \`${payload}\``,
    );
}

function assertCacheable(at: string, ttlSeconds: number, sources: readonly string[]): void {
  if (ttlSeconds < 0 || ttlSeconds > 3600)
    throw new TemplateError(`${at}: expected a TTL of 0 to 3600 s, found ${ttlSeconds}`);
  if (ttlSeconds > 0 && sources.length === 0)
    throw new TemplateError(`${at}: caching needs an identity source`);
}
