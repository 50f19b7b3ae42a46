/** One report for both kinds of API: what a map and the routes of an API say of each other. */
import { describe, expect, test } from '@jest/globals';
import { Annotations, Aspects, type CfnResource, Fn, type Stack } from 'aws-cdk-lib';
import { CfnMethod, HttpIntegration, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { CfnRoute, HttpApi, type HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpUrlIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { OktaGroupAuthorizer } from '../../../lib/authorizer/okta-group-authorizer.ts';
import { accessMap, newStack, quietApp, restMap, said } from '../../support/synthesis.ts';

const URL = 'https://shop.example.com';
const CACHED = { api: { name: 'shop', upstream: { url: URL }, cache: 'auto' } };
type Overrides = Record<string, unknown>;

interface Kind {
  readonly noun: string;
  /** A protected API with these routes. */
  readonly build: (keys: readonly string[], overrides: Overrides) => Stack;
  readonly cached: Overrides;
  /** What of a resource names its key. */
  readonly property: string;
}

const KINDS: readonly Kind[] = [
  {
    noun: 'route',
    property: 'RouteKey',
    cached: CACHED,
    build: (keys, overrides) => {
      const stack = newStack('Test', quietApp());
      const api = new HttpApi(stack, 'Api');
      for (const key of keys) {
        const [method = '', path = ''] = key.split(' ');
        const integration = new HttpUrlIntegration('Shop', URL);
        api.addRoutes({ path, methods: [method as HttpMethod], integration });
      }
      new OktaGroupAuthorizer(stack, 'Authorizer', { map: accessMap(overrides) }).protect(api);
      return stack;
    },
  },
  {
    noun: 'method',
    property: 'HttpMethod',
    cached: { api: { ...CACHED.api, kind: 'rest' } },
    build: (keys, overrides) => {
      const stack = newStack('Test', quietApp());
      const api = new RestApi(stack, 'Api', { cloudWatchRole: false });
      for (const key of keys) {
        const [method = '', path = ''] = key.split(' ');
        api.root.resourceForPath(path).addMethod(method, new HttpIntegration(URL));
      }
      new OktaGroupAuthorizer(stack, 'Authorizer', { map: restMap(overrides) }).protect(api);
      return stack;
    },
  },
];

const isRoute = (node: unknown): node is CfnResource =>
  node instanceof CfnRoute || node instanceof CfnMethod;

const mapOf = (...routes: readonly string[]): Overrides => ({ routes, public: [], groups: {} });

describe.each(KINDS)('of a $noun', ({ noun, build, cached, property }) => {
  const unmapped = (key: string) =>
    expect.stringMatching(`^${noun} \`${key}\` is not in the routes of .*403 ROUTE_UNMAPPED`);
  const missing = (key: string) =>
    expect.stringMatching(`^route \`${key}\` of .* is not a ${noun} of the API \`Test/Api\``);

  test.each<{ map: readonly string[]; api: readonly string[]; warnings: readonly unknown[] }>([
    { map: ['GET /items'], api: ['GET /items'], warnings: [] },
    { map: ['GET /items'], api: ['ANY /items'], warnings: [] },
    { map: ['ANY /items'], api: ['GET /items'], warnings: [] },
    { map: ['GET /items', 'POST /items'], api: ['ANY /items'], warnings: [] },
    {
      map: ['GET /items'],
      api: ['POST /items'],
      warnings: [missing('GET /items'), unmapped('POST /items')],
    },
    {
      map: ['ANY /items'],
      api: ['ANY /items', 'ANY /extra', 'GET /other'],
      warnings: [unmapped('ANY /extra'), unmapped('GET /other')],
    },
  ])('a map of $map and an API of $api', ({ map, api, warnings }) => {
    const found = said(build(api, mapOf(...map)), 'findWarning');
    expect(found).toHaveLength(warnings.length);
    expect(found).toEqual(expect.arrayContaining([...warnings]));
  });

  const GREEDY = 'ANY /{proxy+}';
  const absent = (api: readonly string[], overrides: Overrides) => {
    const stack = build(api, overrides);
    return { errors: said(stack, 'findError'), warnings: said(stack, 'findWarning') };
  };

  test('rules below a greedy route of the map hold, and a typo among them is named', () => {
    const found = absent([GREEDY, 'GET /orders'], {
      ...mapOf(GREEDY, 'GET /orders', 'GET /ordres', 'DELETE /invoices/{id}'),
      groups: { staff: { deny: ['GET /ordres', 'DELETE /invoices/{id}'] } },
    });
    expect(found).toEqual({
      errors: [],
      warnings: [
        expect.stringMatching(
          /route `GET \/ordres` .*; served by `ANY \/\{proxy\+\}`, did you mean `GET \/orders`\?/,
        ),
      ],
    });
  });

  test('a rule that a parameter route would take is dead, and so is one below a greedy route that the map lacks', () => {
    const below = 'ANY /items/{name}';
    const byParameter = absent([GREEDY, below], mapOf(GREEDY, below, 'GET /items/new'));
    expect(byParameter.warnings).toEqual([
      expect.stringContaining(`\`${below}\` takes its calls, so its rule has no effect`),
    ]);
    const byUnmapped = absent([GREEDY], mapOf('GET /orders'));
    expect(byUnmapped.warnings).toContainEqual(
      expect.stringContaining('`ANY /{proxy+}` takes its calls, so its rule has no effect'),
    );
  });

  test.each([
    ['greedy', GREEDY, `add the route, or set the authorizer on \`${GREEDY}\``],
    ['parameter', 'GET /{id}', 'add the route'],
  ])(
    'a closed rule below a %s route that is public is an error: its calls need no token',
    (_, by, fix) => {
      const found = absent([by], {
        ...mapOf(by, 'GET /orders'),
        public: [by],
        api: { ...(cached['api'] as object), cache: 'off', paths: 'exact' },
      });
      expect(found.errors).toEqual([
        expect.stringMatching(/^route `GET \/orders` .*; its calls are served by /),
      ]);
      expect(found.errors[0]).toContain(
        `served by \`${by}\`, which does not have this authorizer: ${fix}`,
      );
      expect(found.errors[0]?.endsWith(fix)).toBe(true);
    },
  );

  test('to acknowledge one unmapped key silences no other', () => {
    const stack = build(['GET /items', 'GET /one', 'GET /two'], mapOf('GET /items'));
    Annotations.of(stack).acknowledgeWarning('okta-group-authorizer:routeUnmapped:GET /one');
    expect(said(stack, 'findWarning')).toEqual([unmapped('GET /two')]);
  });

  test('while answers are cached per token, a key of which one request is unmapped is an error', () => {
    const stack = build(['ANY /items'], { ...cached, ...mapOf('GET /items') });
    expect(said(stack, 'findError')).toEqual([
      expect.stringMatching(
        `^${noun} \`ANY /items\` is not in the routes of .*expected every ${noun} with the authorizer in the map while answers are cached`,
      ),
    ]);
  });

  test('while answers are cached per token, a key that is known at deploy time only is an error', () => {
    const stack = build(['GET /items'], { ...cached, ...mapOf('GET /items') });
    for (const node of stack.node.findAll())
      if (isRoute(node)) node.addPropertyOverride(property, Fn.ref('Which'));
    expect(said(stack, 'findError')).toEqual([
      expect.stringMatching(`^${noun} \`known at deploy time only\` is not in the routes of`),
    ]);
  });

  test('another authorizer that an aspect sets after ours is an error', () => {
    const stack = build(['GET /items'], mapOf('GET /items'));
    Aspects.of(stack).add({
      visit: (node) =>
        void (isRoute(node) && node.addPropertyOverride('AuthorizationType', 'AWS_IAM')),
    });
    expect(said(stack, 'findError')).toEqual([
      expect.stringContaining(`${noun} \`GET /items\` has an authorizer of its own (AWS_IAM)`),
    ]);
  });
});
