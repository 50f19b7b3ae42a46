/** The first page of a Terraform user; test/lib/package has its module. */
import { readFileSync } from 'node:fs';
import { parse as parseHcl } from '@cdktn/hcl2json';
import { expect, test } from '@jest/globals';
import { parse as parseYaml } from 'yaml';
import { AccessMap } from '../../lib/access-map/index.ts';
import { codeBlocks } from './support/code-blocks.ts';

const PAGE = 'docs/start/terraform.md';
const blocks = codeBlocks([PAGE]);
const textOf = (language: string): string =>
  blocks.find((block) => block.language === language)?.text ?? '';

test('what is left to fill in is what `check` names', () => {
  const { placeholders, problems } = AccessMap.checkObject(parseYaml(textOf('yaml')));
  expect(placeholders.map(({ place }) => place.path)).toEqual(['/okta/issuer', '/okta/clients/0']);
  expect(
    problems.filter(({ severity, code }) => severity === 'error' && code !== 'PLACEHOLDER'),
  ).toEqual([]);
});

test('every output that a command reads is one of main.tf', async () => {
  const { output } = (await parseHcl('main.tf', textOf('hcl'))) as { readonly output: object };
  const read = [...readFileSync(PAGE, 'utf8').matchAll(/output -raw (\w+)/g)].map(
    ([, name]) => name,
  );
  expect([...new Set(read)].toSorted()).toEqual(Object.keys(output).toSorted());
});
