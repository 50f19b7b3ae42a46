/** A public route without authorizer beside a route of the app that the map does not have. */
import { expect, test } from '@jest/globals';
import { HttpIntegration, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { CfnRoute, HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { OktaGroupAuthorizer } from '../../../lib/authorizer/okta-group-authorizer.ts';
import { accessMap, newStack, quietApp, said } from '../../support/synthesis.ts';

const SAYS = expect.stringContaining('`GET /files/{id}` is public in ') as unknown as string;

test.each(
  (['http', 'rest'] as const).flatMap((kind) => [
    [kind, 'usual', 'GET /files/secret', [SAYS], false] as const,
    [kind, 'report', 'GET /files/secret', [], true] as const,
    [kind, 'exact', 'GET /files/secret', [], false] as const,
    [kind, 'usual', 'GET /other/secret', [], false] as const,
    [kind, 'usual', 'POST /files/secret', [], false] as const,
  ]),
)('on %s, `paths: %s`, beside %s', (kind, paths, beside, errors, isWarned) => {
  const stack = newStack('Test', quietApp());
  const map = accessMap({
    api: {
      name: 'shop',
      kind,
      cache: 'off',
      paths,
      ...(kind === 'rest' && { upstream: { url: 'https://shop.example.com' } }),
    },
    routes: ['GET /items', 'GET /files/{id}'],
    groups: { staff: { allow: ['GET /items'] } },
    public: ['GET /files/{id}'],
  });
  const authorizer = new OktaGroupAuthorizer(stack, 'Authorizer', { map });
  const keys = ['GET /items', 'GET /files/{id}', beside];
  if (kind === 'http') {
    const api = new HttpApi(stack, 'Api');
    authorizer.protect(api);
    for (const [n, routeKey] of keys.entries())
      new CfnRoute(stack, `R${n}`, { apiId: api.apiId, routeKey });
  } else {
    const api = new RestApi(stack, 'Api', { cloudWatchRole: false });
    authorizer.protect(api);
    for (const key of keys) {
      const [method = '', path = ''] = key.split(' ');
      api.root
        .resourceForPath(path)
        .addMethod(method, new HttpIntegration('https://a.example.com'));
    }
  }
  expect(said(stack, 'findError')).toEqual(errors);
  const warnings = said(stack, 'findWarning').filter((text) => text.includes('is public in'));
  expect(warnings).toHaveLength(isWarned ? 1 : 0);
});
