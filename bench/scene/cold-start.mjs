// One cold start: initialization and the first call, told on descriptor 3. Argument: the bundle's
// file.
import { writeSync } from 'node:fs';

process.stdout.write = () => true;
const event = process.env.BENCH_EVENT;
const cpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};
const started = [cpu(), performance.now()];
const { handler } = await import(process.argv[2]);
const initialized = [cpu(), performance.now()];
const answer = handler ? JSON.stringify(await handler(JSON.parse(event))) : '';
const answered = [cpu(), performance.now()];
if (answer.includes('"Deny"')) throw new Error(`the call is denied: ${answer}`);
const times = {
  initCpu: initialized[0] - started[0],
  init: initialized[1] - started[1],
  firstCpu: answered[0] - initialized[0],
  first: answered[1] - initialized[1],
};
writeSync(3, JSON.stringify(times));
process.exit(0);
