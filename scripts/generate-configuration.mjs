// Writes docs/reference/configuration.md from the schema and the props. A test fails while it is not current.
import { writeFileSync } from 'node:fs';
import { tsImport } from 'tsx/esm/api';

const { configurationPage } = await tsImport('./configuration-page.ts', import.meta.url);
writeFileSync(
  process.argv[2] ?? new URL('../docs/reference/configuration.md', import.meta.url),
  configurationPage(),
);
