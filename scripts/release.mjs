// Prepares a release: `npm run release -- 0.3.0`. It refuses while the changelog has nothing to
// release or an empty section, then moves the changelog and every version together. Commit, tag
// `v0.3.0` and push the tag: the workflow `release` publishes. `-- --check` says whether all
// versions and addresses agree, `--check --publish` whether package.json names the repository that
// this runs in and nothing is unreleased too, and `-- --repository OWNER/NAME` writes that at every
// place.
import { join } from 'node:path';
import { prepare } from './release/prepare.mjs';

const { status, problems, done } = prepare(join(import.meta.dirname, '..'), process.argv.slice(2));
for (const problem of problems) console.error(`release: ${problem}`);
if (done !== undefined) console.log(done);
process.exitCode = status;
