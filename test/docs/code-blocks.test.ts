/**
 * Code blocks of the documentation are run or read by what reads them for a user. Exceptions: of
 * `sh` only the syntax and the options of our own commands are evaluated, since most lines need AWS
 * or Okta; `mermaid` is parsed by `npm run docs`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse as parseHcl } from '@cdktn/hcl2json';
import { describe, expect, test } from '@jest/globals';
import { parser as pythonParser } from '@lezer/python';
import { Ajv } from 'ajv';
import type { Command } from 'commander';
import { transformSync } from 'esbuild';
import { parseAllDocuments } from 'yaml';
import { accessMapSchema } from '../../lib/access-map/schema/schema.ts';
import { ANNOTATIONS } from '../../lib/access-map/schema/validator.ts';
import { documentedCommands, wholeProgram } from '../../scripts/reference/commands-page.ts';
import { attribute, type CodeBlock, codeBlocks, commandLines } from './support/code-blocks.ts';

const blocks = codeBlocks();
const named = (language: string): readonly (readonly [string, CodeBlock])[] =>
  blocks
    .filter((block) => block.language === language)
    .map((block) => [`${block.page}:${block.line}`, block] as const);

test('each block says its language, and is of one that is read here or in the site', () => {
  const read = ['yaml', 'json', 'sh', 'ts', 'tsx', 'hcl', 'mermaid', 'text', 'python'];
  // Files of the client's examples (test/client/readme.test.ts, test/examples).
  read.push('html', 'vue', 'svelte');
  const other = blocks.filter(({ language }) => !read.includes(language));
  expect(other.map(({ page, line, language }) => `${page}:${line} ${language}`)).toEqual([]);
  expect(blocks.length).toBeGreaterThan(100);
});

describe('yaml', () => {
  const properties: Readonly<Record<string, object>> = accessMapSchema.properties;
  const ajv = new Ajv({ allErrors: true, strict: false });
  ajv.addVocabulary([...ANNOTATIONS]);

  // A block may show a part of a section, and the tutorial runs its blocks.
  const faultsIn = (schema: object, value: unknown) => {
    ajv.validate(schema, value);
    return (ajv.errors ?? []).filter(
      ({ keyword, instancePath }) => keyword !== 'required' || instancePath !== '',
    );
  };
  const parts = named('yaml').filter(([, block]) => attribute(block, 'step') === undefined);

  test.each(parts)('%s is YAML, and a map where it has the keys of one', (_, { text }) => {
    for (const document of parseAllDocuments(text, { logLevel: 'error' })) {
      expect(document.errors).toEqual([]);
      const value = document.toJS() as Readonly<Record<string, unknown>>;
      const keys = Object.keys(value);
      if (!keys.some((key) => key in properties)) continue;
      expect(keys.filter((key) => !(key in properties))).toEqual([]);
      expect(keys.flatMap((key) => faultsIn(properties[key] ?? {}, value[key]))).toEqual([]);
    }
  });
});

test.each(named('json'))('%s is JSON', (_, { text }) => {
  expect(() => JSON.parse(text)).not.toThrow();
});

test.each(named('hcl'))('%s is HCL', async (name, { text }) => {
  expect(Object.keys(await parseHcl(`${name}.tf`, text))).not.toEqual([]);
});

test.each(named('python'))('%s is Python', (_, { text }) => {
  const faults: string[] = [];
  pythonParser.parse(text).iterate({
    enter({ type, from }) {
      if (type.isError) faults.push(`line ${text.slice(0, from).split('\n').length}`);
    },
  });
  expect(faults).toEqual([]);
});

test('each block of output is one that a test compares', () => {
  const compared = [
    'bound',
    'check',
    'cors',
    'coverage',
    'line',
    'places',
    'query',
    'readme',
    'run',
    'says',
    'step',
    'token',
    'usage',
  ];
  const other = named('text').filter(
    ([, { attributes }]) => !compared.includes(/^\w*/.exec(attributes)?.[0] ?? ''),
  );
  expect(other.map(([name]) => name)).toEqual([]);
});

test('shell lines are of a form that a shell takes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'shell-blocks-'));
  const files = named('sh').map(([name, { text }], index) => {
    const file = join(folder, `${index}-${name.replace(/\W+/g, '-')}.sh`);
    writeFileSync(file, text);
    return file;
  });
  expect(files.length).toBeGreaterThan(50);
  // One shell starts the others: from a process with a large heap each start takes long.
  const all = 'for file; do bash -n "$file" || echo "$file"; done';
  const { stdout, stderr } = spawnSync('bash', ['-c', all, 'bash', ...files], { encoding: 'utf8' });
  expect(stdout + stderr).toBe('');
});

describe('commands', () => {
  test('named in the pages exist, with the options that stand there', async () => {
    const documented = documentedCommands(await wholeProgram());
    const lines = commandLines();
    expect(lines.length).toBeGreaterThan(80);
    const wrong = lines.flatMap(({ page, tokens }) => faultOf(documented, tokens, page));
    expect(wrong).toEqual([]);
  });
});

function faultOf(
  documented: readonly { readonly name: string; readonly command: Command }[],
  tokens: readonly string[],
  page: string,
): readonly string[] {
  const line = tokens.join(' ');
  const found = documented.find(({ name }) => line === name || line.startsWith(`${name} `));
  // `okta` alone stands for its parts.
  if (found === undefined)
    return tokens[0] === 'okta' && tokens.length === 1 ? [] : [`${page}: ${line}`];
  const flags = found.command.options.flatMap(({ long, short }) => [long, short]);
  return tokens
    .filter((word) => /^--?[a-z]/.test(word))
    .map((word) => word.split('=')[0] ?? '')
    .filter((word) => word !== '--help' && !flags.includes(word))
    .map((word) => `${page}: ${found.name} has no ${word}`);
}

describe('TypeScript', () => {
  const exported = exportedNames();

  test.each([...named('ts'), ...named('tsx')])('%s is TypeScript', (_, { language, text }) => {
    expect(() => transformSync(text, { loader: language === 'tsx' ? 'tsx' : 'ts' })).not.toThrow();
    const imports = [
      ...text.matchAll(/import (?:type )?\{([^}]+)\} from 'okta-group-authorizer'/g),
    ];
    const names = imports
      .flatMap(([, list = '']) => list.split(','))
      .map((name) => name.replace(/^\s*type\s/, '').trim())
      .filter((name) => name !== '');
    expect(names.filter((name) => !exported.includes(name))).toEqual([]);
  });
});

/** What `import` from the package finds, from its two indexes. */
function exportedNames(): readonly string[] {
  return ['lib/index.ts', 'lib/map-api.ts'].flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/export (?:type )?\{([^}]+)\}/g)]
      .flatMap(([, list = '']) => list.split(','))
      .map((name) => name.replace(/^\s*type\s/, '').trim()),
  );
}
