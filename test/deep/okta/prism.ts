/**
 * Holds requests against Okta's own API description with Prism. Prints as JSON how many there were,
 * and what is wrong with which.
 */
import { readFileSync } from 'node:fs';
import { createInstance, getHttpOperationsFromSpec } from '@stoplight/prism-http';

interface Request {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

const [description = '', file = ''] = process.argv.slice(2);
const requests = JSON.parse(readFileSync(file, 'utf8')) as readonly Request[];
const nothing = (): void => undefined;
const logger = {
  ...{ info: nothing, warn: nothing, error: nothing, debug: nothing, trace: nothing },
  ...{ success: nothing, fatal: nothing, child: () => logger },
};
const config = {
  mock: { dynamic: false },
  isProxy: false,
  validateRequest: true,
  validateResponse: false,
  checkSecurity: false,
  errors: true,
} as const;

async function main(): Promise<void> {
  const operations = await getHttpOperationsFromSpec(description);
  // The one place where Prism's types ask for more of a logger than Prism calls.
  const prism = createInstance(config as never, { logger: logger as never });
  const faults: string[] = [];
  for (const { method, path, query, body } of requests) {
    const url = { path, query, baseUrl: '' };
    const headers = { 'content-type': 'application/json' };
    const request = { method: method.toLowerCase(), url, headers, body: body ?? undefined };
    const answer = await prism.request(request as never, operations)();
    if (answer._tag === 'Left') faults.push(`${method} ${path}: ${JSON.stringify(answer.left)}`);
  }
  process.stdout.write(`${JSON.stringify({ checked: requests.length, faults })}\n`);
}

await main();
