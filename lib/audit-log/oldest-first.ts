/**
 * One input's items with the oldest first: CloudWatch Logs Insights lists the newest first. Only
 * the direction is evaluated; neighbours that changed places stay as they are.
 */
import type { AuditLogItem } from './audit-log-line.ts';

/** Number of items that decide the direction of an input, and are held meanwhile. */
const SAMPLE = 4_096;

/** An input with the newest first is held as a whole, since its oldest item comes last. */
export async function* oldestFirst(
  items: AsyncIterable<AuditLogItem>,
): AsyncIterable<AuditLogItem> {
  const source = items[Symbol.asyncIterator]();
  const sample: AuditLogItem[] = [];
  while (sample.length < SAMPLE) {
    const next = await source.next();
    if (next.done) break;
    sample.push(next.value);
  }
  const rest = { [Symbol.asyncIterator]: () => source };
  if (!isNewestFirst(sample.map(({ at }) => at))) {
    yield* sample;
    yield* rest;
    return;
  }
  const all = sample;
  for await (const item of rest) all.push(item);
  yield* all.toSorted((a, b) => a.at - b.at);
}

/** Whether more of the times come before the one that is ahead of them than after it. */
export function isNewestFirst(times: readonly number[]): boolean {
  let direction = 0;
  times.forEach((time, index) => {
    direction += Math.sign(time - (times[index - 1] ?? time));
  });
  return direction < 0;
}
