export interface Caller {
  readonly name: string;
  /** When the token ends, in epoch seconds; undefined when it does not tell. */
  readonly exp?: number | undefined;
}

/**
 * The subject of a token, or the token itself when it cannot be decoded. Not verified, and not used
 * for decisions.
 */
export function callerOf(token: string): Caller {
  try {
    const { uid, sub, exp } = JSON.parse(
      atob((token.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/')),
    );
    return { name: uid ?? sub ?? token, exp: Number(exp) || undefined };
  } catch {
    return { name: token };
  }
}
