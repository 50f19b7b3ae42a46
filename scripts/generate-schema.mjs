// Writes access.schema.json, which editors use, from the definition that validates. A test fails
// while it is not current.
import { writeFileSync } from 'node:fs';
import { tsImport } from 'tsx/esm/api';

const { publishedSchema } = await tsImport(
  '../lib/access-map/schema/published-schema.ts',
  import.meta.url,
);
writeFileSync(new URL('../access.schema.json', import.meta.url), publishedSchema());
