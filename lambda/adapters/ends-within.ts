/**
 * Waits for work, but not longer than a limit; the work goes on.
 * @param ms the limit in milliseconds.
 * @returns whether the work ended in time.
 * @throws what the work throws in time.
 */
export async function endsWithin(ms: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const inTime = await Promise.race([work.then(() => true), limit]);
  clearTimeout(timer);
  return inTime;
}
