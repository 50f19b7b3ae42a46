/** One difference between two maps. */
export interface Change {
  readonly kind:
    | 'cell'
    | 'public'
    | 'signedIn'
    | 'route'
    | 'group'
    | 'machine'
    | 'permission'
    | 'conflict'
    | 'quota'
    | 'trust'
    | 'mode'
    | 'setting';
  /** What changed: `readers`, `okta.issuer`, `quotas.standard.limit per minute`. */
  readonly subject: string;
  /** The route of a change to a cell, to `public` and `signedIn`, or to a route's mode. */
  readonly route?: string;
  /** Before and after; absent where it does not exist. */
  readonly from?: string;
  readonly to?: string;
  /**
   * Whether somebody may call something, or call more often or longer, than before. Changes that
   * cannot be ordered count as widened.
   */
  readonly widened: boolean;
}

type Named = Omit<Change, 'from' | 'to' | 'widened'>;

/** Whether an addition or a removal widens access. */
export const NEVER_WIDENS = { added: false, removed: false } as const;
export const ADDED_WIDENS = { added: true, removed: false } as const;
export const ALWAYS_WIDENS = { added: true, removed: true } as const;

/** Nothing where both are the same. */
export function changed(
  what: Named,
  from: string | undefined,
  to: string | undefined,
  widened: boolean,
): readonly Change[] {
  if (from === to) return [];
  return [
    {
      ...what,
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      widened,
    },
  ];
}

/** Each item that came or went. */
export function changedSet(
  what: Named,
  from: readonly string[],
  to: readonly string[],
  widened: { readonly added: boolean; readonly removed: boolean },
): readonly Change[] {
  return [
    ...from
      .filter((item) => !to.includes(item))
      .flatMap((item) => changed(what, item, undefined, widened.removed)),
    ...to
      .filter((item) => !from.includes(item))
      .flatMap((item) => changed(what, undefined, item, widened.added)),
  ];
}

/** The items of both by name: as it was, as it is. */
export function paired<T>(
  from: readonly T[],
  to: readonly T[],
  nameOf: (item: T) => string,
): readonly { readonly name: string; readonly from: T | undefined; readonly to: T | undefined }[] {
  const before = new Map(from.map((item) => [nameOf(item), item]));
  const after = new Map(to.map((item) => [nameOf(item), item]));
  return [...new Set([...before.keys(), ...after.keys()])].map((name) => ({
    name,
    from: before.get(name),
    to: after.get(name),
  }));
}

export const changedSeconds = (what: Named, was: number, is: number): readonly Change[] =>
  changed(what, `${was}s`, `${is}s`, is > was);

/**
 * A change without a rule of its own is reported and counts as widened.
 * @param what names the change of a key
 * @param known keys that have rules of their own
 */
export function changedRest(
  what: (key: string) => Named,
  was: object,
  is: object,
  known: readonly string[],
): readonly Change[] {
  const rest = (of: object) => Object.entries(of).filter(([key]) => !known.includes(key));
  return paired(rest(was), rest(is), ([key]) => key).flatMap(({ name, from, to }) =>
    changed(what(name), textOf(from?.[1]), textOf(to?.[1]), true),
  );
}

const textOf = (value: unknown): string | undefined =>
  value === undefined ? undefined : JSON.stringify(value);
