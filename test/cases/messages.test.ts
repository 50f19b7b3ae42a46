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
