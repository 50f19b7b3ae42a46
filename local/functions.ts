/** The functions of a run, by the ARNs of the template. */
import type { Assembly } from './cloud-assembly.ts';
import { createFunction, type LocalFunction } from './function-process/function.ts';
import type { OnStop } from './listen.ts';

export interface FunctionOptions {
  /** Milliseconds since 1970; given to functions whose preload pins the clock. */
  readonly now?: () => number;
  /** Module files that Node imports in each function before its own. */
  readonly preload?: readonly string[];
  /** Added to each function's variables. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Lines that the functions write. */
  readonly onLine?: (line: string) => void;
}

export interface LocalFunctions {
  readonly byArn: (arn: string) => LocalFunction;
  readonly warm: () => void;
  readonly discardIdle: () => Promise<void>;
}

/** One process pool a function, started at its first use. */
export function createFunctions(
  assembly: Assembly,
  dynamoDbUrl: string,
  options: FunctionOptions,
  onStop: OnStop,
): LocalFunctions {
  const functions = new Map<string, LocalFunction>();
  // What is broken off by the end of the run is no fault that anybody should read of.
  let isOver = false;
  onStop(async () => {
    isOver = true;
    await Promise.all([...functions.values()].map((running) => running.stop()));
  });
  const byArn = (arn: string): LocalFunction => {
    const known = functions.get(arn);
    if (known !== undefined) return known;
    const created = createFunction({
      view: assembly.functionByArn(arn),
      // One thread of this machine plays DynamoDB for all environments at once; a burst waits
      // longer there than in production.
      environment: {
        AWS_ENDPOINT_URL_DYNAMODB: dynamoDbUrl,
        QUOTA_BUDGET_MS: '3000',
        ...options.environment,
      },
      preload: options.preload ?? [],
      clock: options.now,
      onLine: (line) => {
        if (!isOver) options.onLine?.(line);
      },
    });
    functions.set(arn, created);
    return created;
  };
  const all = (): readonly LocalFunction[] => [...functions.values()];
  return {
    byArn,
    warm: () => {
      for (const running of all()) running.warm();
    },
    discardIdle: async () => {
      await Promise.all(all().map((running) => running.discardIdle()));
    },
  };
}
