import { distance } from 'fastest-levenshtein';

/**
 * The closest of `names`, by edit distance; nothing if all are further than half of the longer
 * name's length.
 */
export function nearest(name: string, names: Iterable<string>): string | undefined {
  const best = closest(name, names);
  if (best === undefined) return undefined;
  return distance(name.toLowerCase(), best.toLowerCase()) <= Math.max(name.length, best.length) / 2
    ? best
    : undefined;
}

/** The closest of `names`, however far. */
export function closest(name: string, names: Iterable<string>): string | undefined {
  const wanted = name.toLowerCase();
  let best: { readonly name: string; readonly steps: number } | undefined;
  for (const candidate of names) {
    // Lengths that differ by so much take at least as many steps.
    if (best !== undefined && Math.abs(candidate.length - name.length) >= best.steps) continue;
    const steps = distance(wanted, candidate.toLowerCase());
    if (best === undefined || steps < best.steps) best = { name: candidate, steps };
  }
  return best?.name;
}
