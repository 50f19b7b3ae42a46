/** Operations that the map does not have with all their methods, beside those that it guards. */
import { expect, test } from '@jest/globals';
import { runInject } from '../../../lib/commands/inject.ts';
import { capture, project } from './project.ts';

const authorizerUri =
  'arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:111122223333:function:f/invocations';
const ANY = 'x-amazon-apigateway-any-method';

const map = (route: string, paths: string) => ({
  api: { name: 'shop', upstream: { url: 'https://shop.example.com' } },
  okta: {
    issuer: 'https://acme.okta.com/oauth2/aus1abc',
    audience: 'api://shop',
    clients: ['0oa1web'],
  },
  routes: [{ route, paths }, 'GET /reports/total'],
  groups: { readers: { allow: [route, 'GET /reports/total'] } },
});

const document = (template: string, method: string, beside: string) => ({
  openapi: '3.0.1',
  info: { title: 't', version: '1' },
  paths: {
    [template]: { [method]: { responses: {} } },
    '/reports/total': { [beside]: { responses: {} } },
  },
});

test.each([
  ['POST', '/reports/{year}', 'usual', ANY, true],
  ['POST', '/reports/{year}', 'report', ANY, true],
  ['POST', '/reports/{year}', 'exact', ANY, false],
  ['GET', '/reports/{year}', 'usual', 'get', false],
  ['POST', '/other/{year}', 'usual', ANY, false],
])(
  '%s %s with `paths: %s` beside `%s`, of which the map has GET alone',
  (method, template, paths, beside, isNamed) => {
    const folder = project({
      'api.json': JSON.stringify(document(template, method.toLowerCase(), beside)),
      'access.json': JSON.stringify(map(`${method} ${template}`, paths)),
    });
    const io = capture(folder);
    const files = { document: 'api.json', map: 'access.json', output: 'out.json' };
    const exit = runInject({ ...files, authorizerUri, json: true }, io);
    const { problems } = io.json() as { readonly problems: readonly { readonly code: string }[] };
    const codes = problems.map(({ code }) => code);
    expect([exit, codes]).toEqual(isNamed ? [1, ['API_SETTING']] : [0, []]);
  },
);

test.each([
  ['POST', 'usual', true],
  ['POST', 'report', false],
  ['POST', 'exact', false],
  ['GET', 'usual', false],
])(
  'a public route beside a route for all methods, of which the map has %s, `paths: %s`',
  (method, paths, isNamed) => {
    const template = '/reports/{year}';
    const total = `${method} /reports/total`;
    const api = {
      ...document(template, 'get', ANY),
      paths: { ...document(template, 'get', ANY).paths, '/items': { get: { responses: {} } } },
    };
    const folder = project({
      'api.json': JSON.stringify(api),
      'access.json': JSON.stringify({
        ...map(`GET ${template}`, paths),
        routes: [{ route: `GET ${template}`, paths }, total, 'GET /items'],
        groups: { readers: { allow: ['GET /items'] } },
        public: [`GET ${template}`, total],
      }),
    });
    const io = capture(folder);
    const files = { document: 'api.json', map: 'access.json', output: 'out.json' };
    const exit = runInject({ ...files, authorizerUri, json: true }, io);
    const { problems } = io.json() as {
      readonly problems: readonly { readonly message: string }[];
    };
    expect(exit).toBe(isNamed ? 1 : 0);
    expect(problems.map(({ message }) => message)).toEqual(
      isNamed
        ? [expect.stringMatching(/`GET \/reports\/\{year\}` is public .*`ANY \/reports\/total`/)]
        : [],
    );
  },
);
