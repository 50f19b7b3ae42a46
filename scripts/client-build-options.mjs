// How the client is bundled: shared by its build and by the tests that measure it.
import { join } from 'node:path';

const here = join(import.meta.dirname, '../client');

/** @type {import('esbuild').BuildOptions & { outdir: string }} */
export const clientBuildOptions = {
  entryPoints: { index: join(here, 'src/index.ts'), react: join(here, 'src/react.ts') },
  outdir: join(here, 'dist'),
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'neutral',
  target: 'es2022',
  external: ['react', 'okta-group-authorizer-client'],
  legalComments: 'none',
  logLevel: 'silent',
};
