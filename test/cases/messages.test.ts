/** Mistakes that people make in a map, each with the message that leads out of it. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { AccessMap } from '../../lib/access-map/index.ts';
import { writeOutput } from '../../lib/commands/shell/output.ts';
import { capture, project } from '../lib/commands/project.ts';
import { sized } from '../support/tier.ts';

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
    of: 'a limit with its period, which is one mistake',
    text: `${HEAD}${ROUTES}quotas: { q: { by: user, limit: 100/min } }\ngroups: { a: { allow: [GET /orders], quota: q } }\n`,
    at: 'VALUE_TYPE 4:33',
  },
  {
    of: 'a quota as a text, which is one mistake',
    text: `${HEAD}${ROUTES}quotas: { q: 100/min }\ngroups: { a: { allow: [GET /orders], quota: q } }\n`,
    at: 'VALUE_TYPE 4:14',
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
    says: 'an overlay holds what differs between stages',
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
  {
    of: 'one route with two names of its parameter, where the other is declared',
    text: `${HEAD}routes: ["GET /o/{id}", "GET /o/{name}"]\ngroups: { a: { allow: ["GET /o/{id}"] } }\n`,
    at: 'TEMPLATE_DUPLICATE 3:25',
    says: 'they are one route to the gateway, remove one of the two',
  },
  {
    of: 'a greedy parameter beside another one of a REST API',
    text: `${HEAD.replace('name:', 'kind: rest, name:')}routes: ["GET /o/{id}", "GET /o/{all+}"]\ngroups: { a: { allow: ["GET /o/{id}"] } }\n`,
    at: 'TEMPLATE_DUPLICATE 3:25',
    says: 'keep one of the two',
  },
  {
    of: 'a conflict of one group',
    text: `${HEAD}${ROUTES}groups: { a: { allow: [GET /orders] } }\nconflicts: [{ groups: [a], routes: [GET /orders] }]\n`,
    at: 'VALUE_EMPTY 5:23',
    says: 'expected a list of two or more group names, found a list of 1',
  },
  {
    of: 'a route that is not declared, and is near to another one',
    text: allowing('GET /order'),
    at: 'PATTERN_UNMATCHED 5:22',
    nearest: 'GET /orders',
    says: 'declare `GET /order` under `routes`',
  },
  {
    of: 'a route that is not declared, and is near to none',
    text: allowing('GET /customers'),
    at: 'PATTERN_UNMATCHED 5:22',
    says: 'declare `GET /customers` under `routes`',
  },
  {
    of: 'a pattern without a method, of which any would be a guess',
    text: allowing('/orders'),
    at: 'PATTERN_INVALID 5:22',
  },
  {
    of: 'a route that is none, and the patterns that name it',
    text: `${HEAD}routes: [GET orders, POST /orders]\npermissions: { r: [GET /orders] }\ngroups: { a: { allow: [r, GET /orders] } }\n`,
    at: 'ROUTE_INVALID 3:10',
    nearest: 'GET /orders',
  },
  ...['$CLIENT', '%CLIENT%', '<%= client %>'].map((variable) => ({
    of: `the variable ${variable}`,
    text: `${HEAD.replace('[0oa1web]', `["${variable}"]`)}${ROUTES}groups: { a: { allow: [GET /orders] } }\n`,
    at: 'VALUE_INVALID 2:88',
    says: 'a map reads no variables',
  })),
  ...(
    [
      ['\u2018GET /orders\u2019', 'a typographic quote'],
      ['\u00abGET /orders\u00bb', 'a typographic quote'],
      ['GET \uff0forders', 'a full-width character, write `/`'],
      ['GET /\u043erders', 'a Cyrillic letter'],
      ['GET /\u03bfrders', 'a Greek letter'],
      ['GET\u00a0/orders', 'a no-break space'],
    ] as const
  ).map(([pattern, says]) => ({
    of: `a pattern with ${says}`,
    text: allowing(pattern),
    at: 'PATTERN_INVALID 5:22',
    says,
    ...(pattern.includes('\u00a0') && { nearest: 'GET /orders' }),
  })),
  {
    of: 'typographic quotes in a list of dashes',
    text: `${HEAD}routes:\n  - \u201cGET /orders\u201d\ngroups: {}\n`,
    at: 'ROUTE_INVALID 4:5',
    says: '(U+201C) is a typographic quote',
  },
  {
    of: 'typographic dashes',
    text: `${HEAD}routes:\n  \u2013 GET /orders\n  \u2013 POST /orders\ngroups: {}\n`,
    at: 'VALUE_TYPE 4:3',
    says: '(U+2013) is a typographic dash, write `-`',
  },
  {
    of: 'a no-break space after a dash',
    text: `${HEAD}routes:\n  -\u00a0GET /orders\ngroups: {}\n`,
    at: 'VALUE_TYPE 4:3',
    says: '(U+00A0) is a no-break space',
  },
  {
    of: 'a no-break space after a colon',
    text: `${HEAD}${ROUTES}groups:\n  a:\u00a0{ allow: [GET /orders] }\n`,
    at: 'YAML_SYNTAX 5',
    says: '(U+00A0) is a no-break space',
  },
  {
    of: 'no-break spaces as indentation',
    text: `${HEAD}${ROUTES}groups:\n\u00a0\u00a0a: { allow: [GET /orders] }\n`,
    at: 'YAML_SYNTAX 5:1',
    says: 'expected plain spaces as indentation, found a no-break space (U+00A0)',
  },
  {
    of: 'a full-width colon',
    text: `${HEAD}${ROUTES}groups:\n  a\uff1a{ allow: [GET /orders] }\n`,
    at: 'YAML_SYNTAX 5',
    says: 'a full-width character, write `:`',
  },
  {
    of: 'a name that looks like a group',
    text: `${HEAD}${ROUTES}groups: { readers: { allow: [GET /orders] } }\nmachines: { 0oa1: { groups: [r\u0435aders] } }\n`,
    at: 'GROUP_UNKNOWN 5:30',
    nearest: 'readers',
    says: '(U+0435) is a Cyrillic letter',
  },
  {
    of: 'a name that a group looks like',
    text: `${HEAD}${ROUTES}groups: { r\u0435aders: { allow: [GET /orders] } }\nmachines: { 0oa1: { groups: [readers] } }\n`,
    at: 'GROUP_UNKNOWN 5:30',
    nearest: 'r\u0435aders',
    says: 'in the other name `\u0435` (U+0435) is a Cyrillic letter',
  },
  {
    of: 'a name of another alphabet, misspelt',
    text: `${HEAD}${ROUTES}groups: { \u041f\u0440\u043e\u0434\u0430\u0432\u0446\u044b: { allow: [GET /orders] } }\nmachines: { 0oa1: { groups: [\u041f\u0440\u043e\u0434\u0430\u0432\u0446\u0438] } }\n`,
    at: 'GROUP_UNKNOWN 5:30',
    nearest: '\u041f\u0440\u043e\u0434\u0430\u0432\u0446\u044b',
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

test.each([
  ['a no-break space', HEAD.replace('api://orders', 'api://orders\u00a0'), '2:64'],
  ['a space at the end', HEAD.replace('api://orders', '"api://orders "'), '2:64'],
  ['typographic quotes', HEAD.replace('api://orders', '\u201capi://orders\u201d'), '2:64'],
])('a value with %s is reported', (_, head, place) => {
  const { problems } = AccessMap.checkText(
    `${head}${ROUTES}groups: { a: { allow: [GET /orders] } }\n`,
    'access.yaml',
  );
  const [found] = problems.filter(({ code }) => code === 'NAME_HIDDEN' || code === 'NAME_SUSPECT');
  expect(`${found?.place.line}:${found?.place.column}`).toBe(place);
});

test('a name of emoji, or of a script that joins letters, hides nothing', () => {
  const names =
    '"\u{1f469}\u200d\u{1f4bb}": { allow: [GET /orders] }, "\u0645\u06cc\u200c\u062e": { allow: [GET /orders] }';
  const { problems } = AccessMap.checkText(`${HEAD}${ROUTES}groups: { ${names} }\n`, 'access.yaml');
  expect(problems.map(({ code }) => code)).not.toContain('NAME_HIDDEN');
});

/** Words of the parser that somebody who knows YAML from examples does not know. */
const GRAMMAR =
  /implicit|flow-|\btoken|scalar|\bnode\b|indicator|anchor|sequence|compact|collection|unresolved/i;
const WHOLE = `${HEAD}${ROUTES}permissions:\n  "orders:read": [GET /orders, 'GET /orders/{id}']\ngroups:\n  readers:\n    allow:\n      - orders:read\n`;
const INSERTED = [
  '[',
  ']',
  '{',
  '}',
  ':',
  '\n',
  '"',
  "'",
  '- ',
  '#',
  '& ',
  '*a',
  '|',
  '>',
  '%',
  '@',
  '`',
  ',',
  '? ',
  '\t',
  '\\',
];

const STEP = sized(1, 11);

test('no message speaks in the terms of the grammar, wherever a sign is too much', () => {
  const found = new Set<string>();
  for (const sign of INSERTED)
    for (let at = 0; at <= WHOLE.length; at += STEP)
      for (const { code, message } of AccessMap.checkText(
        `${WHOLE.slice(0, at)}${sign}${WHOLE.slice(at)}`,
        'access.yaml',
      ).problems)
        if (code.startsWith('YAML') && GRAMMAR.test(message.replaceAll(/`[^`]*`/g, '')))
          found.add(message);
  expect([...found]).toEqual([]);
});

test.each([
  ['no/folder/out.txt', 'its folder is not there'],
  ['folder', 'it is a folder'],
])('a file that cannot be written, %s, is reported in a sentence', (file, why) => {
  const folder = project({ 'access.yaml': WHOLE });
  mkdirSync(join(folder, 'folder'));
  expect(() => writeOutput('x', file, capture(folder))).toThrow(
    `expected a file that can be written, found \`${file}\`: ${why}`,
  );
});
