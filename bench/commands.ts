/**
 * `check` and `diff` of a map of 1,000 groups and 1,000 routes, as the commands run them: reading,
 * compiling, proving, printing. CPU time of this process, since others on the machine stretch the
 * clock on the wall; the first round includes compiling by V8. Run: `npm run bench:commands`.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCheck } from '../lib/commands/check.ts';
import { runDiff } from '../lib/commands/diff.ts';
import type { Io } from '../lib/commands/shell/io.ts';
import { largeMap } from '../test/support/large-map.ts';

const ROUNDS = 5;
const folder = mkdtempSync(join(tmpdir(), 'bench-'));
const text = largeMap(1_000, 100);
writeFileSync(join(folder, 'old.yaml'), text);
writeFileSync(join(folder, 'new.yaml'), text.replace('      - GET /service-0\n', ''));

let printed = 0;
const io: Io = {
  out: (line) => {
    printed += line.length;
  },
  err: () => undefined,
  cwd: folder,
  env: {},
};
const commands = {
  check: () => runCheck({ maps: ['old.yaml'] }, io),
  diff: () => runDiff({ old: 'old.yaml', new: 'new.yaml' }, io),
};

for (const [name, run] of Object.entries(commands)) {
  const rounds: { readonly cpu: number; readonly wall: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const [cpu, started] = [process.cpuUsage(), performance.now()];
    await run();
    const { user, system } = process.cpuUsage(cpu);
    rounds.push({ cpu: (user + system) / 1e6, wall: (performance.now() - started) / 1e3 });
  }
  const seconds = (of: 'cpu' | 'wall'): string =>
    rounds.map((round) => round[of].toFixed(2)).join(' ');
  console.log(`${name}: CPU ${seconds('cpu')} s, wall ${seconds('wall')} s`);
}
console.log(
  `peak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MB, ${printed} characters printed`,
);
rmSync(folder, { recursive: true });
