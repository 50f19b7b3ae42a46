/** The first page of a Terraform user; test/lib/package has its module. */
import { readFileSync } from 'node:fs';
import { parse as parseHcl } from '@cdktn/hcl2json';
import { expect, test } from '@jest/globals';
import { parse as parseYaml } from 'yaml';
import { AccessMap } from '../../lib/access-map/index.ts';
import { LOWEST_PROVIDER } from '../../lib/package/terraform-module.ts';
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

test('the provider is one that the module takes', () => {
  expect(textOf('hcl')).toContain(`version = ">= ${LOWEST_PROVIDER}"`);
  const page = readFileSync('docs/how-to/package.md', 'utf8');
  expect(page).toContain(`\`hashicorp/aws\` ${LOWEST_PROVIDER} or newer`);
});

test('whoever changes the runtime of functions looks for the first provider that takes it', () => {
  const text = readFileSync('lib/resources/own-function.ts', 'utf8');
  expect([/'(nodejs\d+\.x)'/.exec(text)?.[1], LOWEST_PROVIDER]).toEqual(['nodejs24.x', '6.21']);
});
