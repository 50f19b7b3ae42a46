/** `npm run bench:quota`: the tables of docs/quotas.md. SEEDS: runs a cell of the simulation (default 5). */
import { printSimulation } from './quota/simulation-tables.ts';

const print = (line: string): void => console.log(line);

print('## Simulation\n');
await printSimulation(Number(process.env['SEEDS'] ?? 5), print);
