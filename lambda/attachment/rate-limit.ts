/**
 * Spreads calls evenly: API Gateway's control plane accepts 10 requests a second from a whole
 * account, and others deploy too.
 */
export function rateLimiter(
  gapMs: number,
  now: () => number,
  sleep: (ms: number) => Promise<void>,
): () => Promise<void> {
  let next = 0;
  return async () => {
    const at = Math.max(now(), next);
    next = at + gapMs;
    const wait = at - now();
    if (wait > 0) await sleep(wait);
  };
}
