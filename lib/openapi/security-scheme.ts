/** Writes our authorizer into an OpenAPI document: the security scheme, and what requires it. */
import { PAYLOAD_FORMAT, SIMPLE_RESPONSES } from '../../lambda/core/contract/identity-source.ts';
import { EXTENSION } from '../../lambda/core/contract/openapi-extensions.ts';
import type { Node } from '../../lambda/core/json/json-object.ts';
import { schemesPath } from '../../lambda/gateway/openapi-document.ts';
import type { AccessMap, CachePlan } from '../access-map/index.ts';
import { httpIdentitySources, restCaching } from '../template-parts/identity-sources.ts';
import type { ClassifiedMethod } from './classify-document.ts';
import type { Change } from './document-changes.ts';

export interface SchemeProps {
  /** Name of the security scheme. */
  readonly name: string;
  readonly kind: AccessMap['kind'];
  readonly authorizerUri: string;
  readonly cache: Pick<CachePlan, 'mode' | 'ttlSeconds'>;
}

/** Declares our authorizer in the document. */
export const schemeChange = (document: unknown, props: SchemeProps): Change => ({
  path: [...schemesPath(document), props.name],
  value: {
    type: 'apiKey',
    name: 'Authorization',
    in: 'header',
    [EXTENSION.authtype]: 'custom',
    [EXTENSION.authorizer]: {
      type: 'request',
      authorizerUri: props.authorizerUri,
      ...(props.kind === 'rest' ? restCaching(props.cache) : httpSettings(props.cache)),
    },
  },
});

/** Source: API Gateway, "x-amazon-apigateway-authorizer object", for HTTP APIs. */
const httpSettings = ({ mode, ttlSeconds }: SchemeProps['cache']): Node => ({
  identitySource: httpIdentitySources(mode).join(','),
  authorizerResultTtlInSeconds: ttlSeconds,
  authorizerPayloadFormatVersion: PAYLOAD_FORMAT.http,
  enableSimpleResponses: SIMPLE_RESPONSES,
});

/** Makes a method require our authorizer, beside the keys of usage plans that it asks for. */
export const methodChanges = (
  { path, apiKeys }: ClassifiedMethod,
  scheme: string,
): readonly Change[] => [
  { path: [...path, 'security'], value: [...apiKeys, scheme].map((name) => ({ [name]: [] })) },
  { path: [...path, EXTENSION.auth], value: undefined },
];
