/**
 * What API Gateway calls its extensions of an OpenAPI document. Source: API Gateway, "OpenAPI
 * extensions for API Gateway".
 */
export const EXTENSION = {
  anyMethod: 'x-amazon-apigateway-any-method',
  apiKeySource: 'x-amazon-apigateway-api-key-source',
  /** Of one method, `NONE` or `AWS_IAM`. Whether it or `security` wins is not documented. */
  auth: 'x-amazon-apigateway-auth',
  /** Makes an authorizer of a security scheme. */
  authorizer: 'x-amazon-apigateway-authorizer',
  authtype: 'x-amazon-apigateway-authtype',
  binaryMediaTypes: 'x-amazon-apigateway-binary-media-types',
  cors: 'x-amazon-apigateway-cors',
  gatewayResponses: 'x-amazon-apigateway-gateway-responses',
  integration: 'x-amazon-apigateway-integration',
  policy: 'x-amazon-apigateway-policy',
  requestValidators: 'x-amazon-apigateway-request-validators',
} as const;
