/**
 * Runs changes in parallel. Together with the client's rate limit it stays under the 10 requests a
 * second of an account.
 */
const PARALLEL = 4;

/** @throws the first failure, after all requests have ended. */
export async function inParallel<T>(
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const failures: unknown[] = [];
  const worker = async (): Promise<void> => {
    for (
      let item = queue.shift();
      item !== undefined && failures.length === 0;
      item = queue.shift()
    ) {
      await work(item).catch((error: unknown) => failures.push(error));
    }
  };
  // All workers have ended when this returns: no request of ours is still in flight.
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  if (failures.length > 0) throw failures[0];
}
