/** The integrations of an HTTP API. */
import { LOCAL_ACCOUNT, LOCAL_REGION, type Resource, TemplateError } from './intrinsics.ts';
import { functionOfUri, mayInvoke } from './invoke.ts';
import { type Properties, readProperties } from './properties.ts';
import type { Scope } from './scope.ts';

export interface IntegrationView {
  readonly target:
    | { readonly kind: 'http'; readonly uri: string; readonly method: string }
    | {
        readonly kind: 'lambda';
        readonly functionArn: string;
        readonly payload: '1.0' | '2.0';
        readonly invocable: boolean;
      };
  /** Request parameter mappings as written: `overwrite:header.x-user` to its value. */
  readonly requestParameters: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

export function readIntegration(
  scope: Scope,
  apiId: string,
  id: string,
  resource: Resource,
): IntegrationView {
  const integration = readProperties(id, resource, scope.resolve, [
    'ApiId',
    'Description',
    'IntegrationType',
    'IntegrationUri',
    'IntegrationMethod',
    'PayloadFormatVersion',
    'RequestParameters',
    'TimeoutInMillis',
    'ConnectionType',
  ]);
  if ((integration.optionalText('ConnectionType') ?? 'INTERNET') !== 'INTERNET')
    throw new TemplateError(`${integration.at}: VPC links are not served locally`);
  return {
    target: readTarget(scope, apiId, integration),
    requestParameters: integration.textMap('RequestParameters'),
    timeoutMs: integration.optionalNumber('TimeoutInMillis') ?? 30_000,
  };
}

function readTarget(
  scope: Scope,
  apiId: string,
  integration: Properties,
): IntegrationView['target'] {
  const type = integration.text('IntegrationType');
  const uri = integration.text('IntegrationUri');
  if (type === 'HTTP_PROXY') {
    if (!/^https?:\/\//.test(uri))
      throw new TemplateError(`${integration.at}: expected an http(s) URL, found \`${uri}\``);
    return { kind: 'http', uri, method: integration.optionalText('IntegrationMethod') ?? 'ANY' };
  }
  if (type !== 'AWS_PROXY')
    throw new TemplateError(
      `${integration.at}: integration type \`${type}\` is not served locally`,
    );
  const payload = integration.optionalText('PayloadFormatVersion');
  if (payload !== '1.0' && payload !== '2.0')
    throw new TemplateError(
      `${integration.at}: expected payload format 1.0 or 2.0, found \`${payload}\``,
    );
  const functionArn = uri.startsWith('arn:aws:lambda:') ? uri : functionOfUri(uri, integration.at);
  const anyRoute = `arn:aws:execute-api:${LOCAL_REGION}:${LOCAL_ACCOUNT}:${apiId}/`;
  return {
    kind: 'lambda',
    functionArn,
    payload,
    invocable: mayInvoke(scope, functionArn, anyRoute),
  };
}
