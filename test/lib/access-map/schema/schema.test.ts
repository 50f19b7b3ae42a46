/** The published schema is the definition that validates, and says what an editor needs. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { publishedSchema } from '../../../../lib/access-map/schema/published-schema.ts';

const root = join(__dirname, '../../../..');

test('access.schema.json is current: node scripts/generate-schema.mjs writes it', () => {
  expect(readFileSync(join(root, 'access.schema.json'), 'utf8')).toBe(publishedSchema());
});

test('the published schema is plain JSON Schema, and the example map satisfies it as editors read it', () => {
  const validate = new Ajv({ strict: true, allowUnionTypes: true }).compile(
    JSON.parse(publishedSchema()),
  );
  expect(validate(parse(readFileSync(join(root, 'access.yaml'), 'utf8')))).toBe(true);
  expect(validate({})).toBe(false);
  expect(publishedSchema()).not.toContain('"notation"');
});
