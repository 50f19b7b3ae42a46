/**
 * Blocks of data written as HCL: by a parser of the language, and in the format of `terraform fmt`.
 */
import { parse } from '@cdktn/hcl2json';
import { expect, test } from '@jest/globals';
import { type HclValue, hclText, reference } from '../../../lib/hcl/hcl-values.ts';

const one = (value: HclValue) =>
  hclText([{ type: 'resource', labels: ['okta_group', 'x'], attributes: { name: value } }]);

test.each([
  '${path.root}',
  '%{ if true }',
  'a "quoted" \\ text',
  'line\nbreak',
  'tab\t\u0007é\u202e',
])('a text %j is no template, and comes back as it was', async (text) => {
  const { resource } = (await parse('x.tf', one(text))) as {
    readonly resource: { readonly okta_group: { readonly x: readonly { name: string }[] } };
  };
  const [name] = resource.okta_group.x;
  expect(name?.name.replace(/([$%])\1\{/g, '$1{')).toBe(text);
});

test.each<[string, HclValue, string]>([
  ['a number', 60, '60'],
  ['a boolean', false, 'false'],
  ['a reference', reference('okta_group.readers.id'), 'okta_group.readers.id'],
  [
    'a template, whose own texts are none',
    { parts: ['${a} in ', reference('var.org')] },
    '"$${a} in ${var.org}"',
  ],
  ['a list', ['a', 1, reference('var.b')], '["a", 1, var.b]'],
  ['an object', { object: { a: 'x', b: [true] } }, '{ a = "x", b = [true] }'],
])('%s', (_, value, text) => {
  expect(one(value)).toBe(`resource "okta_group" "x" {\n  name = ${text}\n}\n`);
});

test('blocks of one type follow each other, and equals signs of lines that do stand below each other', () => {
  expect(
    hclText([
      {
        type: 'resource',
        labels: ['okta_app_oauth', 'web'],
        attributes: { label: 'web', grant_types: ['a'] },
        blocks: [
          { type: 'rule', attributes: { a: 1 } },
          { type: 'other', attributes: { long_name: 'a = {', b: 2 } },
          { type: 'rule', attributes: {} },
        ],
      },
      { type: 'locals', attributes: {} },
    ]),
  ).toBe(`resource "okta_app_oauth" "web" {
  label       = "web"
  grant_types = ["a"]
  rule {
    a = 1
  }
  rule {
  }
  other {
    long_name = "a = {"
    b         = 2
  }
}

locals {
}
`);
});
