/**
 * What a promise comes to, where it settles before a timer of this process that is set at the same
 * time. A busy machine makes both late, so the bound holds on it too.
 * @throws Error where the timer is first
 */
export async function inTime<Value>(ms: number, promise: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(
      () => fail(new Error(`expected an outcome within ${ms} ms, found none`)),
      ms,
    );
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
