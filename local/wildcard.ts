/**
 * One place of a pattern: any run of characters (also none), exactly one character, or this very
 * character.
 */
export type WildcardToken =
  | { readonly kind: 'any' }
  | { readonly kind: 'one' }
  | { readonly kind: 'char'; readonly char: string };

/**
 * Whether the whole text matches the pattern.
 *
 * Only the last `any` is ever retried: an earlier one that took less would leave the later ones no
 * more text than they can take now. So the time is bounded by the product of the lengths, and is
 * linear in the text for patterns such as `/orders/*`.
 */
export function matchesWildcard(pattern: readonly WildcardToken[], text: string): boolean {
  let place = 0;
  let retryPlace = -1;
  let retryAt = 0;
  let at = 0;
  while (at < text.length) {
    const token = pattern[place];
    if (token?.kind === 'any') {
      retryPlace = place;
      retryAt = at;
      place += 1;
    } else if (token !== undefined && (token.kind === 'one' || token.char === text[at])) {
      place += 1;
      at += 1;
    } else if (retryPlace >= 0) {
      place = retryPlace + 1;
      retryAt += 1;
      at = retryAt;
    } else return false;
  }
  return pattern.slice(place).every((token) => token.kind === 'any');
}
