/** Listings of API Gateway's control plane, which come a page at a time. */

/** Asks for the page after a marker; `undefined` is the first. */
export type AskPage<Item> = (marker: string | undefined) => Promise<Page<Item>>;

export interface Page<Item> {
  readonly items: readonly Item[] | undefined;
  /** Marker of the page after it; absent or empty on the last. */
  readonly next: string | undefined;
}

export async function allPages<Item>(ask: AskPage<Item>): Promise<readonly Item[]> {
  const all: Item[] = [];
  let marker: string | undefined;
  do {
    const { items = [], next } = await ask(marker);
    all.push(...items);
    marker = next;
  } while (marker);
  return all;
}
