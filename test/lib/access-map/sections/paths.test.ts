import { expect, test } from '@jest/globals';
import { hasBit, type Row } from '../../../../lambda/core/model/bits.ts';
import { parseModel } from '../../../../lambda/core/model/load-model.ts';
import { base, mapOf, messagesOf } from '../support.ts';

const api = (more: object) => ({ ...base.api, ...more });
const modelOf = (changes: object) => parseModel(mapOf(changes).model);

/** The routes read exactly, those that are reported, and the base paths. */
function meaningOf(changes: object): unknown {
  const { routes, exactPaths, reportPaths, basePaths } = modelOf(changes);
  const keys = (row: Row): readonly string[] =>
    routes.flatMap(({ key }, index) => (hasBit(row, index) ? [key] : []));
  return [keys(exactPaths), keys(reportPaths), basePaths];
}

test.each<[string, object, unknown]>([
  ['by default', {}, [[], [], undefined]],
  [
    'of the whole API',
    { api: api({ paths: 'report' }) },
    [[], ['GET /orders', 'POST /orders', 'GET /orders/{id}', 'GET /health'], undefined],
  ],
  [
    'of patterns, over the whole API',
    { api: api({ paths: 'exact', pathsOf: [{ routes: ['GET /orders/**'], paths: 'usual' }] }) },
    [['POST /orders', 'GET /health'], [], undefined],
  ],
  [
    'of an entry, over patterns',
    {
      routes: [...base.routes.slice(0, 2), { route: 'GET /orders/{id}', paths: 'exact' }],
      api: api({ pathsOf: [{ routes: ['GET /orders/*'], paths: 'report' }] }),
    },
    [['GET /orders/{id}'], [], undefined],
  ],
  [
    'of URLs',
    { api: api({ urls: ['https://a.example.com/shop/v1/', 'https://b.example.com'] }) },
    [[], [], ['shop/v1']],
  ],
  ['of URLs without a path', { api: api({ urls: ['https://a.example.com'] }) }, [[], [], []]],
  [
    'of base paths, over URLs',
    { api: api({ urls: ['https://a.example.com/shop'], basePaths: ['store'] }) },
    [[], [], ['store']],
  ],
  ['without base paths', { api: api({ basePaths: [] }) }, [[], [], []]],
])('how the back end reads paths, %s', (_name, changes, expected) => {
  expect(meaningOf(changes)).toEqual(expected);
});

test.each<[string, object, string]>([
  [
    'two ways for one route',
    {
      pathsOf: [
        { routes: ['GET /orders/*'], paths: 'exact' },
        { routes: ['GET /orders/{id}'], paths: 'report' },
      ],
    },
    'expected one way to read the paths of `GET /orders/{id}`',
  ],
  [
    'a pattern of no route',
    { pathsOf: [{ routes: ['GET /nothing'], paths: 'exact' }] },
    'GET /nothing',
  ],
  ['another word', { paths: 'strict' }, '`usual`, `exact` or `report`'],
  ['a URL without a scheme', { urls: ['api.example.com'] }, 'https://api.example.com/shop'],
  ['a URL with a query', { urls: ['https://api.example.com/?a'] }, 'a URL such as'],
])('says what is wrong: %s', (_name, more, expected) => {
  expect(messagesOf({ api: api(more) }).join('\n')).toContain(expected);
});
