/** Mistakes that people make in a map, each with the message that leads out of it. */
import { expect, test } from '@jest/globals';
import { AccessMap } from '../../lib/access-map/index.ts';

const HEAD = `api: { name: orders, upstream: { url: https://orders.example.org } }
okta: { issuer: https://retail.okta.com/oauth2/aus1, audience: api://orders, clients: [0oa1web] }
`;
const ROUTES = 'routes: [GET /orders, POST /orders, "GET /orders/{id}"]\n';
const allowing = (pattern: string): string =>
  `${HEAD}${ROUTES}groups:\n  readers: { allow: ["${pattern}"] }\n`;

interface Row {
  readonly of: string;
  readonly text: string;
  readonly at: string;
  readonly nearest?: string;
  readonly says?: string;
}

test.each<Row>([
  {
    of: 'a star as method',
    text: allowing('* /orders'),
    at: 'PATTERN_INVALID 5:22',
    nearest: 'ANY /orders',
  },
  { of: 'FETCH, which is no slip', text: allowing('FETCH /orders'), at: 'PATTERN_INVALID 5:22' },
  {
    of: 'a slip',
    text: allowing('GTE /orders'),
    at: 'PATTERN_INVALID 5:22',
    nearest: 'GET /orders',
  },
  {
    of: 'a method that is not declared',
    text: allowing('DELETE /orders/{id}'),
    at: 'PATTERN_UNMATCHED 5:22',
    says: 'declare `DELETE /orders/{id}` under `routes`',
  },
  {
    of: 'routes as a mapping',
    text: `${HEAD}routes:\n  GET /orders: {}\n  GET /orders/{id}: {}\ngroups: { readers: { allow: [GET /orders] } }\n`,
    at: 'VALUE_TYPE 4:3',
    says: 'expected a list of routes, found a mapping of routes: write `- GET /orders`',
  },
  {
    of: 'typographic quotes',
    text: `${HEAD}${ROUTES}permissions: { read: [“GET /orders/{id}”] }\ngroups: {}\n`,
    at: 'YAML_SYNTAX 4',
    says: 'expected straight quotes, found `“`',
  },
  {
    of: 'a number with a unit as a period',
    text: `${HEAD}${ROUTES}quotas: { q: { by: user, limit: 10, per: 15 minutes } }\ngroups: { a: { allow: [GET /orders], quota: q } }\n`,
    at: 'VALUE_INVALID 4:42',
    says: 'minute',
  },
  {
    of: 'a quota written in its group',
    text: `${HEAD}${ROUTES}groups:\n  a: { allow: [GET /orders], quota: { limit: 10, per: day } }\n`,
    at: 'VALUE_TYPE 5:37',
    says: 'declare the quota by a name under `quotas`, and write the name here',
  },
  {
    of: 'one route with two names of its parameter',
    text: `${HEAD}routes: ["GET /o/{id}", "GET /o/{name}"]\ngroups: { a: { allow: ["GET /o/{id}"] } }\n`,
    at: 'TEMPLATE_DUPLICATE 3:25',
  },
  {
    of: 'a secret',
    text: `${HEAD.replace('audience:', 'clientSecret: x, audience:')}${ROUTES}groups: { a: { allow: [GET /orders] } }\n`,
    at: 'KEY_UNKNOWN 2:54',
    says: 'no secret belongs in a map',
  },
  {
    of: 'one name in the place of a list',
    text: `${HEAD}${ROUTES}permissions: { "orders:read": [GET /orders] }\ngroups: { a: { allow: orders:read } }\n`,
    at: 'VALUE_TYPE 5:23',
    says: 'write `[orders:read]`',
  },
  {
    of: 'a variable as the issuer',
    text: `${HEAD.replace('https://retail.okta.com/oauth2/aus1', `"\${OKTA_ISSUER}"`)}${ROUTES}groups: { a: { allow: [GET /orders] } }\n`,
    at: 'VALUE_INVALID 2:17',
    says: 'an overlay has what differs between stages',
  },
  {
    of: 'a Cyrillic letter in a key',
    text: `${HEAD}${ROUTES}groups: { a: { \u0430llow: [GET /orders] } }\n`,
    at: 'KEY_UNKNOWN 4:16',
    nearest: 'allow',
    says: '(U+0430) is a Cyrillic letter',
  },
  {
    of: 'a bracket that is not closed',
    text: `${HEAD}${ROUTES}groups:\n  a: { allow: [GET /orders }\n`,
    at: 'YAML_SYNTAX 5',
    says: 'each `[` needs one `]`',
  },
])('$of', ({ text, at, nearest, says }) => {
  const { problems } = AccessMap.checkText(text, 'access.yaml');
  const [first, ...others] = problems.filter(({ severity }) => severity === 'error');
  expect(others).toEqual([]);
  expect(`${first?.code} ${first?.place.line}:${first?.place.column}`).toMatch(
    new RegExp(`^${at}(?!\\d)`),
  );
  expect(first?.nearest).toBe(nearest);
  if (says !== undefined) expect(first?.message).toContain(says);
});
