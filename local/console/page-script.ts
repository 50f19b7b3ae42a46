import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * The script of the console's page.
 * @throws Error with the bundler's words, if the page does not compile
 */
export async function pageScript(): Promise<string> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(import.meta.dirname, 'bundle-page.mjs')],
    { maxBuffer: 16 * 1_024 * 1_024 },
  );
  return stdout;
}
