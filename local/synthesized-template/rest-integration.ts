/** The integrations and gateway responses of a REST API's body. */
import { TemplateError } from './intrinsics.ts';
import { functionOfUri, mayInvoke } from './invoke.ts';
import { type Properties, propertiesOf } from './properties.ts';
import type { Scope } from './scope.ts';

export type RestIntegrationView =
  | {
      readonly kind: 'http';
      readonly uri: string;
      readonly method: string;
      /** `integration.request.header.x-user` to its value. */
      readonly requestParameters: Readonly<Record<string, string>>;
      readonly timeoutMs: number;
    }
  | {
      readonly kind: 'lambda';
      readonly functionArn: string;
      readonly invocable: boolean;
      readonly timeoutMs: number;
    }
  | {
      readonly kind: 'mock';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
    };

export interface GatewayResponseView {
  /** Undefined: the type's own. */
  readonly statusCode: number | undefined;
  /** `gatewayresponse.header.Retry-After` to its value. */
  readonly parameters: Readonly<Record<string, string>>;
  /** By media type. */
  readonly templates: Readonly<Record<string, string>>;
}

interface IntegrationNode {
  readonly node: Readonly<Record<string, unknown>>;
  readonly at: string;
  /** ARN of the method, which a permission for the function has to cover. */
  readonly methodArn: string;
}

const keys = [
  'type',
  'httpMethod',
  'uri',
  'passthroughBehavior',
  'requestParameters',
  'timeoutInMillis',
  'contentHandling',
  'requestTemplates',
  'responses',
  // Belongs to the cache of a stage, which no stage has here.
  'cacheKeyParameters',
];

export function readRestIntegration(
  scope: Scope,
  { node, at, methodArn }: IntegrationNode,
): RestIntegrationView {
  const unexpected = Object.keys(node).find((name) => !keys.includes(name));
  if (unexpected !== undefined)
    throw new TemplateError(`${at}: \`${unexpected}\` of its integration is not served locally`);
  const integration = propertiesOf(at, node);
  const type = integration.text('type').toLowerCase();
  const timeoutMs = integration.optionalNumber('timeoutInMillis') ?? 29_000;
  if (type === 'mock') return readMock(integration);
  const uri = integration.text('uri');
  if (type === 'aws_proxy') {
    const functionArn = functionOfUri(uri, at);
    return {
      kind: 'lambda',
      functionArn,
      invocable: mayInvoke(scope, functionArn, methodArn),
      timeoutMs,
    };
  }
  if (type !== 'http_proxy')
    throw new TemplateError(`${at}: integration type \`${type}\` is not served locally`);
  if (!/^https?:\/\//.test(uri))
    throw new TemplateError(`${at}: expected an http(s) URL, found \`${uri}\``);
  return {
    kind: 'http',
    uri,
    method: integration.text('httpMethod'),
    requestParameters: integration.textMap('requestParameters'),
    timeoutMs,
  };
}

function readMock(integration: Properties): RestIntegrationView {
  const request = integration.textMap('requestTemplates')['application/json'] ?? '';
  const status = /^\s*\{\s*"statusCode"\s*:\s*(\d{3})\s*\}\s*$/.exec(request)?.[1];
  const response = (integration.object('responses')?.['default'] ?? {}) as Readonly<
    Record<string, unknown>
  >;
  if (status === undefined || String(response['statusCode']) !== status) {
    throw new TemplateError(`${integration.at}: only a mock of one fixed status is served locally`);
  }
  const parameters = Object.entries(
    (response['responseParameters'] ?? {}) as Readonly<Record<string, string>>,
  );
  const headers = parameters.map(([name, value]) => {
    const literal = /^'([^']*)'$/.exec(value)?.[1];
    if (literal === undefined)
      throw new TemplateError(
        `${integration.at}: only literal headers of a mock are served locally, found \`${value}\``,
      );
    return [name.replace('method.response.header.', '').toLowerCase(), literal] as const;
  });
  return { kind: 'mock', status: Number(status), headers: Object.fromEntries(headers) };
}

export function readGatewayResponses(
  node: Readonly<Record<string, unknown>>,
): ReadonlyMap<string, GatewayResponseView> {
  return new Map(
    Object.entries(node).map(([type, value]) => {
      const response = propertiesOf(
        `gateway response \`${type}\``,
        value as Readonly<Record<string, unknown>>,
      );
      return [
        type,
        {
          statusCode: response.optionalNumber('statusCode'),
          parameters: response.textMap('responseParameters'),
          templates: response.textMap('responseTemplates'),
        },
      ] as const;
    }),
  );
}
