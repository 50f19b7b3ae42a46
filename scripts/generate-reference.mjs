// Writes the generated pages of docs/reference, from the schema, the commands, the codes and the
// props (npm run configuration). A test fails while they are not current. Its parameter: another
// folder.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tsImport } from 'tsx/esm/api';

const { referencePages } = await tsImport('./reference/pages.ts', import.meta.url);
const folder = process.argv[2] ?? join(import.meta.dirname, '../docs/reference');
for (const [name, text] of Object.entries(await referencePages()))
  writeFileSync(join(folder, name), text);
