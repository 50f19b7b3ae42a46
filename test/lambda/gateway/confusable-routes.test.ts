import { expect, test } from '@jest/globals';
import {
  cellsOf,
  publicConfusable,
  publicExposureSentence,
  publicExposures,
  publicNeighbours,
  unmappedConfusable,
} from '../../../lambda/gateway/confusable-routes.ts';

const live = (keys: readonly string[], type: string) => ({
  routes: keys.map((key) => ({
    key,
    locator: key,
    authorization: { type, scopes: [] },
    apiKeyRequired: false,
    preflight: key.startsWith('OPTIONS '),
  })),
});
const mapOf = (guarded: readonly string[]) => ({
  guarded,
  isMapped: (key: string) => guarded.includes(key) || key === 'GET /public/{id}',
});

test.each<[string, string, string, boolean]>([
  ['a parameter beside a literal', 'GET /orders/{id}', 'GET /orders/export', true],
  ['a greedy route above one', 'ANY /{proxy+}', 'GET /orders/export', true],
  ['the default route', '$default', 'POST /orders', true],
  ['a parameter in the middle', 'GET /users/{id}/keys', 'GET /users/root/keys', true],
  ['a parameter above a deeper route', 'GET /items/{id}', 'GET /items/{id}/cost', true],
  ['another method', 'GET /orders/{id}', 'POST /orders/export', false],
  ['HEAD beside what GET has', 'HEAD /orders/{id}', 'GET /orders/export', true],
  ['HEAD above what GET has', 'HEAD /{proxy+}', 'GET /admin', true],
  ['HEAD of a guarded GET', 'HEAD /orders/{id}', 'GET /orders/{id}', true],
  ['HEAD beside another method', 'HEAD /orders/{id}', 'POST /orders/export', false],
  ['POST of a guarded method, which it names', 'POST /o/{id}', 'DELETE /o/{id}', true],
  ['POST without parameters, of which a map warns', 'POST /orders', 'DELETE /orders', false],
  ['POST beside a guarded method', 'POST /orders/{id}', 'DELETE /orders/export', true],
  ['POST of a guarded parameter by another name', 'POST /o/{id}', 'DELETE /o/{key}', true],
  ['HEAD of a value of a guarded parameter', 'HEAD /orders/latest', 'GET /orders/{id}', true],
  ['POST elsewhere', 'POST /hooks', 'DELETE /orders', false],
  ['PUT of a guarded method', 'PUT /orders', 'DELETE /orders', false],
  ['GET beside HEAD, whose handlers it does not run', 'GET /o/{id}', 'HEAD /o/export', false],
  ['the literal beside the parameter', 'GET /orders/export', 'GET /orders/{id}', false],
  ['another folder', 'GET /files/{path+}', 'GET /orders/export', false],
  ['a preflight', 'OPTIONS /{proxy+}', 'OPTIONS /orders', false],
  ['a route of the map', 'GET /public/{id}', 'GET /public/root', false],
])(
  'a route without an authorizer may spell a guarded one: %s',
  (_name, unguarded, guarded, spells) => {
    const said = publicConfusable(live([unguarded, guarded], 'NONE'), mapOf([guarded]));
    expect(said.map((text) => text.split(' has no')[0])).toEqual(
      spells ? [`\`${unguarded}\``] : [],
    );
    if (spells) expect(said[0]).toContain(`as \`${guarded}\`, which the map protects`);
    // What has an authorizer refuses by it.
    expect(publicConfusable(live([unguarded, guarded], 'JWT'), mapOf([guarded]))).toEqual([]);
  },
);

test.each<[string, string, string, boolean]>([
  ['a literal beside its parameter', 'GET /orders/{id}', 'GET /orders/export', true],
  ['any route below a greedy one', 'ANY /{proxy+}', 'DELETE /admin', true],
  ['a literal of every method', 'GET /orders/{id}', 'ANY /orders/export', true],
  ['a parameter beside its literal', 'GET /orders/export', 'GET /orders/{id}', false],
  ['another method', 'GET /orders/{id}', 'POST /orders/export', false],
  ['what GET has beside HEAD', 'HEAD /orders/{id}', 'GET /orders/export', true],
  ['GET of the same path, where the map has HEAD', 'HEAD /orders/{id}', 'GET /orders/{id}', false],
  ['the method that a POST names', 'POST /orders/{id}', 'DELETE /orders/{id}', true],
  ['the method that a POST names, beside it', 'POST /o/{id}', 'DELETE /o/export', true],
  ['a method that only a POST may name', 'PUT /orders/{id}', 'DELETE /orders/{id}', false],
])(
  'callers of a guarded route may spell one that the map lacks: %s',
  (_name, guarded, other, is) => {
    const said = unmappedConfusable({
      guarded: [guarded],
      unmapped: [guarded, other],
      hasCell: cellsOf([guarded]),
    });
    expect(said.map((text) => text.split(' is not')[0])).toEqual(is ? [`\`${other}\``] : []);
    if (is) expect(said[0]).toContain('add it to `routes`');
  },
);

test.each<[string, readonly string[], string, string, boolean]>([
  ['one that it lacks', [], 'GET /files/{id}', 'GET /files/secret', true],
  ['one of whose methods it lacks', ['POST'], 'GET /files/{id}', 'ANY /files/secret', true],
  ['one of whose methods it has the one', ['GET'], 'GET /files/{id}', 'ANY /files/secret', false],
  ['one that it has', ['GET'], 'GET /files/{id}', 'GET /files/secret', false],
  ['another method', [], 'GET /files/{id}', 'POST /files/secret', false],
  ['what a POST may name', ['POST'], 'POST /files/{id}', 'ANY /files/secret', true],
  ['the GET that answers a HEAD', [], 'HEAD /files/{id}', 'GET /files/{id}', true],
  ['what is below the default route', [], '$default', 'GET /admin', true],
  ['a parameter beside a literal', [], 'GET /files/secret', 'GET /files/{id}', false],
])(
  'a public route opens of the routes that the map lacks: %s',
  (_, methods, anyone, other, opens) => {
    const [, template = ''] = other.split(' ');
    const mapped = [anyone, ...methods.map((method) => `${method} ${template}`)];
    const found = (paths: 'usual' | 'exact' | 'report') =>
      publicExposures({
        unguarded: [anyone],
        closed: [other],
        hasCell: cellsOf(mapped),
        pathsOf: () => paths,
      });
    const said = { key: anyone, closed: other };
    expect(found('usual')).toEqual(opens ? [{ ...said, isReported: false }] : []);
    expect(found('report')).toEqual(opens ? [{ ...said, isReported: true }] : []);
    expect(found('exact')).toEqual([]);
    for (const one of found('usual'))
      expect(publicExposureSentence(one, 'access.yaml')).toMatch(
        /^`.* is public in access\.yaml, .* as `.*`.*`paths: exact`/,
      );
  },
);

test('no back end reads a preflight that the gateway answers', () => {
  const route = { key: 'OPTIONS /{proxy+}', outcome: 'public', authorizer: '' } as const;
  expect(publicNeighbours([route]).unguarded).toEqual([route.key]);
  expect(publicNeighbours([{ ...route, isMock: true }]).unguarded).toEqual([]);
});

test.each<[string, readonly string[], string, string, boolean]>([
  ['a method that it lacks', ['GET /o/{id}', 'POST /o/all'], 'GET /o/{id}', 'ANY /o/all', true],
  ['a method that it has', ['GET /o/{id}', 'GET /o/all'], 'GET /o/{id}', 'ANY /o/all', false],
  ['a method by which nobody passes', ['GET /o/{id}'], 'ANY /o/{id}', 'PUT /o/all', false],
  ['a method by which some pass', ['PUT /o/{id}'], 'ANY /o/{id}', 'PUT /o/all', true],
  ['its own other methods', ['POST /o/{id}'], 'ANY /o/{id}', 'ANY /o/{id}', false],
])(
  'of a route that the map has in part, a caller may spell %s',
  (_, mapped, guarded, other, is) => {
    const said = unmappedConfusable({
      guarded: [guarded],
      unmapped: [guarded, other],
      hasCell: cellsOf(mapped),
    });
    expect(said.map((text) => text.split(' is not')[0])).toEqual(is ? [`\`${other}\``] : []);
  },
);
