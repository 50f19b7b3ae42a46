/** The reference has everything that the code has, and nothing else. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { ANNOTATIONS } from '../../lib/access-map/schema/validator.ts';
import { COMMANDS } from '../../lib/commands/index.ts';
import { documentedCommands, wholeProgram } from '../../scripts/reference/commands-page.ts';
import { EXAMPLES, SINCE } from '../../scripts/reference/examples.ts';
import { FAILURE_TEXTS } from '../../scripts/reference/failure-texts.ts';
import { FOUND_TEXTS, SYNTHESIS_TEXTS } from '../../scripts/reference/found-texts.ts';
import { OKTA_TEXTS } from '../../scripts/reference/okta-texts.ts';
import { referencePages } from '../../scripts/reference/pages.ts';
import { PROBLEM_TEXTS } from '../../scripts/reference/problem-texts.ts';
import { exampleOf, PROP_SOURCES, propsOf } from '../../scripts/reference/props-page.ts';
import { schemaSections } from '../../scripts/reference/schema-rows.ts';
import { sourceFiles } from '../support/folder-graph.ts';
import {
  CONTEXT_FIELDS,
  IDENTITY_HEADERS,
  OPTIONAL_CONTEXT_FIELDS,
} from '../support/wire/context.ts';
import {
  METRICS,
  PLAN_ATTRIBUTES,
  RECORD_FIELDS,
  STACK_OUTPUTS,
} from '../support/wire/operations.ts';
import { REFUSALS } from '../support/wire/refusals.ts';

const pageOf = (name: string): string => readFileSync(join('docs/reference', name), 'utf8');
const sorted = (names: Iterable<string>): readonly string[] => [...new Set(names)].sort();
/** What stands in code marks in the first column of a page's tables. */
const firstColumn = (page: string): readonly string[] =>
  sorted([...page.matchAll(/^\| `([^`]+)`/gm)].map(([, name = '']) => name));

/** Whether an object of the example has the key, with a value or as a shorthand. */
const isSet = (name: string, example: string): boolean =>
  new RegExp(`[{,]\\s*${name}(?::|,|\\s*\\})`).test(example);

test('the generated pages are current: npm run configuration writes them', async () => {
  const pages = Object.entries(await referencePages());
  expect(pages.length).toBeGreaterThanOrEqual(4);
  for (const [name, text] of pages) expect([name, pageOf(name)]).toEqual([name, text]);
});

describe('keys of the map', () => {
  const rows = schemaSections().flatMap((section) => section.rows);

  test('each has a meaning', () => {
    const without = rows.filter(({ node }) => (node.description ?? '') === '');
    expect(without.map(({ path }) => path)).toEqual([]);
  });

  test('each has an example, and no example is of another key', () => {
    expect(sorted(Object.keys(EXAMPLES))).toEqual(sorted(rows.map(({ path }) => path)));
    const paths = new Set(rows.map(({ path }) => path));
    expect(Object.keys(SINCE).filter((path) => !paths.has(path))).toEqual([]);
  });

  const ajv = new Ajv({ allErrors: true, strict: false });
  ajv.addVocabulary([...ANNOTATIONS]);

  test.each(rows.map(({ path, node }) => [path, node] as const))(
    'the example of %s is one',
    (path, node) => {
      const value: unknown = parse(EXAMPLES[path] ?? '');
      expect(ajv.validate(node, value) ? [] : ajv.errors).toEqual([]);
    },
  );
});

describe('commands', () => {
  const page = pageOf('commands.md');

  test('each stands on the page with all its options', async () => {
    const documented = documentedCommands(await wholeProgram());
    const names = documented.map(({ name }) => name.split(' ')[0] ?? '');
    expect(sorted(names)).toEqual(sorted(COMMANDS.map(({ name }) => name)));
    for (const { name, command } of documented) {
      const section = page.split(`\n## ${name}\n`)[1]?.split('\n## ')[0] ?? '';
      const flags = command.options.filter(({ hidden }) => !hidden).map((option) => option.flags);
      expect(flags.filter((flag) => !section.includes(`| \`${flag}\` |`))).toEqual([]);
    }
  });
});

describe('codes.md', () => {
  test('says how to fix each cause', () => {
    const cells = [...pageOf('codes.md').matchAll(/^\|(.+)\|$/gm)].flatMap(([, row = '']) =>
      row.split(/(?<!\\)\|/),
    );
    expect(cells.length).toBeGreaterThan(500);
    expect(cells.filter((cell) => cell.trim() === '')).toEqual([]);
  });

  test('gives a code that `--json` prints one meaning', () => {
    const codes = [REFUSALS, PROBLEM_TEXTS, FOUND_TEXTS, OKTA_TEXTS, FAILURE_TEXTS].flatMap(
      (texts) => Object.keys(texts),
    );
    // Of a map, and of a token that names the key of its signature.
    expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual(['KEY_UNKNOWN']);
  });

  test('has the warnings of the synthesis that the code has, and no others', () => {
    const code = sourceFiles(['lib']).map((file) => readFileSync(file, 'utf8'));
    const ids = code.flatMap((text) =>
      [...text.matchAll(/['`]okta-group-authorizer:([\w-]+)['`:]/g)].map(([, id = '']) => id),
    );
    expect(sorted(ids)).toEqual(sorted(Object.keys(SYNTHESIS_TEXTS)));
  });
});

describe('props', () => {
  test('each prop of an exported interface stands on the page with a meaning and a default', () => {
    const page = pageOf('props.md');
    for (const [title, file] of PROP_SOURCES) {
      const props = propsOf(file);
      expect({ title, any: props.length > 0 }).toEqual({ title, any: true });
      const bad = props.filter(
        ({ name, meaning, optional, fallback }) =>
          meaning === '' || (optional && fallback === '') || !page.includes(`| \`${name}\` |`),
      );
      expect({ title, bad: bad.map(({ name }) => name) }).toEqual({ title, bad: [] });
    }
  });

  test.each(PROP_SOURCES)('each prop of %s stands in the example of its group', (title, file) => {
    const example = exampleOf(title);
    const missing = propsOf(file).filter(({ name }) => !isSet(name, example));
    expect(missing.map(({ name }) => name)).toEqual([]);
  });

  test('no file with exported props is left out', () => {
    const index = readFileSync('lib/index.ts', 'utf8');
    const exports = [
      ...index.matchAll(/export [^;]*?\b\w+(?:Props|Options)\b[^;]*? from '\.\/(.+?)';/g),
    ];
    const files = sorted(exports.map(([, file = '']) => `lib/${file}`));
    expect(files.length).toBeGreaterThan(6);
    const listed: readonly string[] = PROP_SOURCES.map(([, file]) => file);
    expect(files.filter((file) => !listed.includes(file))).toEqual([]);
  });
});

test('metrics.md has the metrics of the code and no others', () => {
  expect(firstColumn(pageOf('metrics.md'))).toEqual(sorted(METRICS));
});

const OUTPUT_FILES = ['access-stack', 'add-outputs', 'authorizer-only'].map(
  (name) => `lib/stack/${name}.ts`,
);

test('outputs.md has the outputs of the code and no others', () => {
  const own = OUTPUT_FILES.flatMap((file) => {
    const source = readFileSync(file, 'utf8');
    const body = source.split('function outputsFor')[1] ?? '';
    return [
      ...[...source.matchAll(/\baddOutput\(\s*\w+,\s*'(\w+)'/g)].map(([, name = '']) => name),
      ...[...body.matchAll(/^ {4}([A-Z]\w+):/gm)].map(([, name = '']) => name),
    ];
  });
  expect(own.length).toBeGreaterThan(8);
  expect(firstColumn(pageOf('outputs.md'))).toEqual(
    sorted([...own, ...PLAN_ATTRIBUTES, ...STACK_OUTPUTS]),
  );
});

test('audit.md has the fields of a decision record and no others', () => {
  const table = pageOf('audit.md').split('## The decision record')[1]?.split('\n## ')[0] ?? '';
  const named = [...table.matchAll(/^\| ((?:`\w+`(?:, )?)+) \|/gm)].flatMap(([, names = '']) =>
    [...names.matchAll(/`(\w+)`/g)].map(([, name = '']) => name),
  );
  expect(sorted(named)).toEqual(sorted(RECORD_FIELDS));
});

test('answers.md has the fields of the context and the headers of the code, and no others', () => {
  const page = pageOf('answers.md').split('## Headers to the back end')[1] ?? '';
  const cells = [...page.matchAll(/^\| `([^`]+)` \|(?: `([^`]+)` \|)?/gm)];
  const named = cells.flatMap(([, first = '', second]) => [first, second ?? '']);
  const fields = [...CONTEXT_FIELDS, ...OPTIONAL_CONTEXT_FIELDS];
  const headers = Object.values(IDENTITY_HEADERS);
  expect(sorted(named.filter((name) => name !== ''))).toEqual(sorted([...fields, ...headers]));
});

describe('limits.md says what the code holds', () => {
  const page = pageOf('limits.md');
  test.each([
    ['lambda/core/token/decode-token.ts', 'MAX_TOKEN_BYTES = 12 * 1_024', '| a token | 12 KiB |'],
    [
      'lambda/core/decision/entitlements.ts',
      'MAX_TOKEN_GROUPS = 1_000',
      '| groups in a token | 1,000 |',
    ],
    ['lib/access-map/read/yaml-data.ts', 'MAX_MAP_DEPTH = 32', '| nesting of a map | 32 levels |'],
    ['lib/access-map/read/yaml-data.ts', 'MAX_NODES = 200_000', '| values in a map | 200,000 |'],
    ['lib/access-map/schema/schema-quotas.ts', 'maxItems: 16', '| windows of a quota | 16 |'],
    ['lib/access-map/schema/schema-quotas.ts', 'maximum: 1_000_000_000', '| 1,000,000,000 |'],
    ['lib/access-map/cache/response-bound.ts', 'RESPONSE_LIMIT_BYTES = 8_000', '| 8,000 bytes |'],
    ['lambda/core/path/readings.ts', 'MAX_READINGS = 64', '| readings of a path | 64 |'],
    ['lambda/adapters/token-memory.ts', 'MAX_ENTRIES = 1_000', '| 1,000, for 5 minutes |'],
    ['lib/watch/metric-plan.ts', 'MAX_METRICS = 100', '| 100 (prop `maxMetrics`) |'],
    ['lib/watch/metric-plan.ts', 'MAX_QUOTA_ALARMS = 20', '| alarms on quotas of groups | 20 |'],
    ['lib/openapi/document-references.ts', 'MAX_FILES = 100', 'may refer to | 100 |'],
    ['lib/api/document-size.ts', 'MAX_DOCUMENT_BYTES = 900_000', '| 900 kB,'],
  ])('%s: %s', (file, constant, row) => {
    expect(readFileSync(file, 'utf8')).toContain(constant);
    expect(page).toContain(row);
  });
});
