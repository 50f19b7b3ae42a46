import { distance } from 'fastest-levenshtein';

/** The closest of `names`, by edit distance; nothing if all are further than half of the longer name's length. */
export function nearest(name: string, names: Iterable<string>): string | undefined {
  const best = closest(name, names);
  if (best === undefined) return undefined;
  return distance(name.toLowerCase(), best.toLowerCase()) <= Math.max(name.length, best.length) / 2 ? best : undefined;
}

/** The closest of `names`, however far. */
export function closest(name: string, names: Iterable<string>): string | undefined {
  let best: { readonly name: string; readonly steps: number } | undefined;
  for (const candidate of names) {
    const steps = distance(name.toLowerCase(), candidate.toLowerCase());
    if (best === undefined || steps < best.steps) best = { name: candidate, steps };
  }
  return best?.name;
}
