/** What is in the access token, for display; the gateway validates it. */
interface TokenFacts {
  readonly uid: unknown;
  /** Seconds since 1970; undefined where the token is no JWT. */
  readonly expiresAt: number | undefined;
}

export function tokenFacts(token: string | null): TokenFacts {
  try {
    const claims = JSON.parse(
      atob((token?.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/')),
    ) as { readonly uid?: unknown; readonly exp?: unknown };
    return { uid: claims.uid, expiresAt: typeof claims.exp === 'number' ? claims.exp : undefined };
  } catch {
    return { uid: undefined, expiresAt: undefined };
  }
}
