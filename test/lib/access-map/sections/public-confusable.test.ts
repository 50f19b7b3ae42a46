import { expect, test } from '@jest/globals';
import { AccessMap } from '../../../../lib/access-map/index.ts';
import { base, messagesOf } from '../support.ts';

const WIDE = ['GET /files/{path+}', 'GET /files/secret', 'GET /items/{id}', 'GET /items/{id}/cost'];

test.each<[string, object, number]>([
  ['a greedy route above one', { public: ['GET /files/{path+}'] }, 1],
  ['a parameter above one', { public: ['GET /items/{id}'] }, 1],
  ['both public', { public: ['GET /files/{path+}', 'GET /files/secret'] }, 0],
  ['the literal alone', { public: ['GET /files/secret'] }, 0],
  [
    'a route that is read exactly',
    {
      routes: [{ route: 'GET /files/{path+}', paths: 'exact' }, ...WIDE.slice(1)],
      public: ['GET /files/{path+}'],
    },
    0,
  ],
  [
    'a route whose paths are reported, as a warning',
    {
      routes: [{ route: 'GET /files/{path+}', paths: 'report' }, ...WIDE.slice(1)],
      public: ['GET /files/{path+}'],
    },
    1,
  ],
  ['the default route', { routes: ['$default', 'GET /a'], public: ['$default'] }, 1],
  ['a POST that names another method', { routes: ['POST /a', 'PUT /a'], public: ['POST /a'] }, 1],
  [
    'a POST that names another method of a literal beside it',
    { routes: ['POST /a/{id}', 'GET /a/b'], public: ['POST /a/{id}'] },
    1,
  ],
  [
    'a POST whose path is a value of another method’s parameter',
    { routes: ['POST /a/login', 'DELETE /a/{id}'], public: ['POST /a/login'] },
    1,
  ],
  [
    'a POST whose path another method has itself, public too',
    {
      routes: ['POST /a/login', 'GET /a/login', 'GET /a/{id}'],
      public: ['POST /a/login', 'GET /a/login'],
    },
    0,
  ],
  [
    'a POST that the default route takes by another method',
    { routes: ['POST /a', '$default'], public: ['POST /a'] },
    1,
  ],
  ['a POST beside no other method', { routes: ['POST /a', 'GET /b'], public: ['POST /a'] }, 0],
  [
    'a POST and what it names, both public',
    { routes: ['POST /a', 'GET /a'], public: ['POST /a', 'GET /a'] },
    0,
  ],
  [
    'a POST whose back end reads no other method',
    {
      routes: [{ route: 'POST /a', paths: 'exact' }, 'GET /a'],
      public: ['POST /a'],
    },
    0,
  ],
  [
    'a HEAD whose path is a value of a parameter of GET',
    { routes: ['HEAD /a/b', 'GET /a/{id}'], public: ['HEAD /a/b'] },
    1,
  ],
  [
    'a HEAD whose path GET has itself',
    { routes: ['HEAD /a/b', 'GET /a/b', 'GET /a/{id}'], public: ['HEAD /a/b', 'GET /a/b'] },
    0,
  ],
  ['a PUT, which names no method', { routes: ['PUT /a', 'GET /a'], public: ['PUT /a'] }, 0],
  ['another method', { routes: ['GET /a/{id}', 'POST /a/b'], public: ['GET /a/{id}'] }, 0],
])('%s', (_, sketch, count) => {
  const found = messagesOf({ ...base, routes: WIDE, groups: {}, ...sketch } as never);
  expect(
    found.filter((message) => /so nothing refuses a (?:path|call) of it/.test(message)),
  ).toHaveLength(count);
});

test.each<[string, string, 'error' | 'warning']>([
  ['POST /a', 'DELETE /a', 'warning'],
  ['POST /a/login', 'DELETE /a/{id}', 'warning'],
  ['POST /a/{id}', 'DELETE /a/{id}', 'error'],
  ['POST /{proxy+}', 'DELETE /a', 'error'],
  ['HEAD /a/b', 'GET /a/{id}', 'error'],
])('%s, public beside %s, is reported as %s', (anyone, closed, severity) => {
  const map = { ...base, routes: [anyone, closed], public: [anyone], groups: {} };
  const told = AccessMap.checkObject(map as never).problems.filter(
    ({ code }) => code === 'PUBLIC_BESIDE_CLOSED',
  );
  expect(told.map((problem) => problem.severity)).toEqual([severity]);
});
