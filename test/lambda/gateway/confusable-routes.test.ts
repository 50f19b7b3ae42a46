import { expect, test } from '@jest/globals';
import { publicConfusable, unmappedConfusable } from '../../../lambda/gateway/confusable-routes.ts';

const live = (keys: readonly string[], type: string) => ({
  routes: keys.map((key) => ({
    key,
    locator: key,
    authorization: { type, scopes: [] },
    apiKeyRequired: false,
    preflight: key.startsWith('OPTIONS '),
  })),
});
const mapOf = (guarded: readonly string[], exact: readonly string[] = []) => ({
  guarded,
  isMapped: (key: string) => guarded.includes(key) || key === 'GET /public/{id}',
  readsExactly: (key: string) => exact.includes(key),
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
    const { routes } = live([guarded, other], 'JWT');
    const said = unmappedConfusable(routes, mapOf([guarded]));
    expect(said.map((text) => text.split(' is not')[0])).toEqual(is ? [`\`${other}\``] : []);
    if (is) expect(said[0]).toContain('add it to `routes`');
    expect(unmappedConfusable(routes, mapOf([guarded], [guarded]))).toEqual([]);
  },
);
