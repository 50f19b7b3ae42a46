/** What SAM's translator made of a template: every route has our authorizer, with its settings. */
import assert from 'node:assert/strict';

interface Resource {
  readonly Type: string;
  readonly Properties?: { readonly Body?: Document; readonly FunctionName?: unknown };
}

interface Operation {
  readonly security?: readonly Readonly<Record<string, unknown>>[];
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly securityDefinitions?: Schemes;
  readonly components?: { readonly securitySchemes?: Schemes };
}

type Schemes = Readonly<
  Record<string, { readonly 'x-amazon-apigateway-authorizer'?: Readonly<Record<string, unknown>> }>
>;

const NAME = 'okta-groups-orders';

/** Of every template of the pages: `/health` is public, all else is not. */
export function classifiedDocument(template: string): void {
  const { Resources } = JSON.parse(template) as {
    readonly Resources: Readonly<Record<string, Resource>>;
  };
  assert(Object.keys(Resources).every((id) => /^[A-Za-z0-9]+$/.test(id)));
  const [document, ...others] = Object.values(Resources).flatMap(
    ({ Properties: { Body } = {} }) => Body ?? [],
  );
  assert(document && others.length === 0, 'expected one document of an API');
  for (const [path, operations] of Object.entries(document.paths))
    for (const [method, { security = [] }] of Object.entries(operations)) {
      const schemes = security.flatMap((one) => Object.keys(one));
      assert.deepEqual(
        [path, method, schemes],
        [path, method, [path === '/health' ? 'NONE' : NAME]],
      );
    }
  const schemes = document.securityDefinitions ?? document.components?.securitySchemes ?? {};
  assert.deepEqual(Object.keys(schemes), [NAME]);
  const rest = document.securityDefinitions !== undefined;
  const { 'x-amazon-apigateway-authorizer': written = {} } = schemes[NAME] ?? {};
  const { authorizerUri, identitySource, ...settings } = written;
  assert(authorizerUri !== undefined);
  const source = rest ? 'method.request.header.Authorization' : '$request.header.Authorization';
  assert.deepEqual([identitySource].flat(), [source]);
  const payload = rest ? {} : { authorizerPayloadFormatVersion: '2.0' };
  assert.deepEqual(settings, { type: 'request', authorizerResultTtlInSeconds: 0, ...payload });
  // The stack of the authorizer has the permission; functions of the template have their own.
  for (const { Type, Properties: { FunctionName } = {} } of Object.values(Resources))
    if (Type === 'AWS::Lambda::Permission')
      assert(!JSON.stringify(FunctionName).includes('Authorizer'), 'a permission for our function');
}
