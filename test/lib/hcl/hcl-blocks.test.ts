import { expect, test } from '@jest/globals';
import { block } from '../../../lib/hcl/hcl-blocks.ts';

test('a value of several lines keeps its shape, and lines beside it are aligned without it', () => {
  const body = { a: '1', policy: 'jsonencode({\n  b = 2\n})', long: '3', left: undefined, d: '4' };
  expect(block(['resource', 'aws_iam_role', 'x'], body)).toBe(`resource "aws_iam_role" "x" {
  a = 1
  policy = jsonencode({
    b = 2
  })
  long = 3
  d    = 4
}
`);
});

test('a label is a text: what would end it or begin a template is escaped', () => {
  expect(block(['module', 'a"b${c}'], {})).toBe('module "a\\"b$${c}" {\n}\n');
});
