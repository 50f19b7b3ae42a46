/**
 * Steps of a long test: each is printed with its duration, and the first that fails ends the run.
 */
export type Step = <T>(name: string, work: () => Promise<T>) => Promise<T>;

const seconds = (since: number): string =>
  `${((performance.now() - since) / 1000).toFixed(1)} s`.padStart(8);

export const step: Step = async (name, work) => {
  const since = performance.now();
  try {
    const result = await work();
    console.log(`ok   ${seconds(since)}  ${name}`);
    return result;
  } catch (error) {
    console.log(`FAIL ${seconds(since)}  ${name}`);
    throw error;
  }
};
