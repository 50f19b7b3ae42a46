/**
 * A function as Lambda runs it: one invocation at a time per environment, more environments under
 * load.
 */
import {
  type Environment,
  type EnvironmentOptions,
  type InvocationResult,
  startEnvironment,
} from './execution-environment.ts';

export type { InvocationResult } from './execution-environment.ts';

export interface FunctionOptions extends EnvironmentOptions {
  /** Largest number of environments; further invocations wait. Default 10. */
  readonly concurrency?: number;
}

export interface LocalFunction {
  /** @param event JSON text, as the service sends it */
  readonly invoke: (event: string) => Promise<InvocationResult>;
  /** Starts an environment now, so that the first call does not wait for it. */
  readonly warm: () => void;
  /** Ends the idle environments: the next invocation is a cold start. */
  readonly discardIdle: () => Promise<void>;
  /** How many environments have been started. */
  readonly coldStarts: () => number;
  readonly stop: () => Promise<void>;
}

export function createFunction(options: FunctionOptions): LocalFunction {
  const limit = options.concurrency ?? 10;
  const all = new Set<Environment>();
  const idle: Environment[] = [];
  const waiting: (() => void)[] = [];
  let started = 0;
  let busy = 0;

  const start = (): Environment => {
    const environment = startEnvironment(options);
    all.add(environment);
    started += 1;
    return environment;
  };
  const take = (): Environment => {
    for (let found = idle.pop(); found !== undefined; found = idle.pop())
      if (found.alive()) return found;
    return start();
  };
  const release = (environment: Environment): void => {
    if (environment.alive()) idle.push(environment);
    else all.delete(environment);
    busy -= 1;
    waiting.shift()?.();
  };
  return {
    coldStarts: () => started,
    warm: () => void idle.push(start()),
    invoke: async (event) => {
      while (busy >= limit) await new Promise<void>((done) => waiting.push(done));
      busy += 1;
      const environment = take();
      try {
        return await environment.invoke(event);
      } finally {
        release(environment);
      }
    },
    discardIdle: async () => {
      const ending = idle.splice(0);
      for (const environment of ending) all.delete(environment);
      await Promise.all(ending.map((environment) => environment.kill()));
    },
    stop: async () => {
      idle.length = 0;
      await Promise.all([...all].map((environment) => environment.kill()));
    },
  };
}
