// Bundles the console's page and writes the script to standard output. A process of its own: the
// gateway of the run must not wait for it, and the bundler's service must not outlive the run.
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const client = join(import.meta.dirname, '../../client/src');
const root = join(import.meta.dirname, '../..');

const { outputFiles } = buildSync({
  absWorkingDir: root,
  entryPoints: [join(import.meta.dirname, 'app/main.tsx')],
  bundle: true,
  minify: true,
  write: false,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  jsx: 'automatic',
  define: { 'process.env.NODE_ENV': '"production"' },
  alias: {
    'okta-group-authorizer-client': join(client, 'index.ts'),
    'okta-group-authorizer-client/react': join(client, 'react.ts'),
  },
  logLevel: 'error',
});
process.stdout.write(outputFiles[0].contents);
