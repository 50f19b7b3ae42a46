import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { splitRoute } from '../../../../lambda/core/path/route-key.ts';

test.each([
  ['GET /orders/{id}', 'GET', '/orders/{id}'],
  ['ANY /{proxy+}', 'ANY', '/{proxy+}'],
  ['GET /', 'GET', '/'],
  ['GET $default', 'GET', '$default'],
  ['$default', '$default', '$default'],
  ['GET /a b', 'GET', '/a b'],
])('%s has a method and a template', (key, method, template) => {
  expect(splitRoute(key)).toEqual({ method, template });
});

test('no other file takes a route key apart', () => {
  const root = join(__dirname, '../../../..');
  const files = ['lambda', 'lib', 'bin'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => `${folder}/${file}`),
  );
  const takesApart = /\b(?:\w*[kK]ey|route|pattern)\.(?:split\(' '|slice\(\w+\.indexOf\(' ')/;
  const found = files.filter((file) => takesApart.test(readFileSync(join(root, file), 'utf8')));
  expect(found).toEqual([]);
});
