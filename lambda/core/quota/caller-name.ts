/** Names of callers: one rule for who is charged and for whom reports count. */

/**
 * Ids are unique within one Okta org only. Names of blocks hold no `/`, so no id can forge one of
 * another block.
 *
 * @param caller the name of its okta block; none where the map has one block.
 */
export const idInBlock = (id: string, { block }: { readonly block?: string }): string =>
  block === undefined ? id : `${block}/${id}`;
