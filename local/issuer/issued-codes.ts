/** Authorization codes that are good once, for a minute. Source: RFC 6749, 4.1.2; RFC 7636, 4.6. */
import { createHash, randomBytes } from 'node:crypto';
import type { PersistedFile } from '../persisted-state.ts';
import type { LocalUser } from '../users.ts';
import { type OAuthParameters, scopesIn } from './oauth-parameters.ts';

export interface SignIn {
  readonly user: LocalUser;
  readonly scopes: readonly string[];
  readonly nonce: string | undefined;
}

export interface IssuedCodes {
  /** @param query the authorization request, which has been evaluated. */
  issue(query: OAuthParameters, user: LocalUser): string;
  /** A code is gone after the first attempt, whatever came of it. @param form a token request. */
  redeem(form: OAuthParameters): SignIn | undefined;
}

interface Issued extends SignIn {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly challenge: string;
  readonly endsAt: number;
}

const LIFETIME_MS = 60_000;

/** @param kept keeps the codes for the next run; absent: they end with this one. */
export function issuedCodes(now: () => number, kept: PersistedFile | undefined): IssuedCodes {
  const codes = new Map<string, Issued>(codesIn(kept?.read()));
  const keep = (): void => {
    for (const [code, { endsAt }] of codes) if (endsAt <= now()) codes.delete(code);
    kept?.write([...codes]);
  };
  return {
    issue(query, user) {
      const code = randomBytes(32).toString('base64url');
      codes.set(code, issuedFor(query, user, now() + LIFETIME_MS));
      keep();
      return code;
    },
    redeem(form) {
      const code = form['code'] ?? '';
      const issued = codes.get(code);
      if (codes.delete(code)) keep();
      return issued && isItsOwn(issued, form) && issued.endsAt > now() ? issued : undefined;
    },
  };
}

/** What an earlier run has left; it alone writes the file. */
const codesIn = (value: unknown): readonly (readonly [string, Issued])[] =>
  Array.isArray(value) ? (value as readonly (readonly [string, Issued])[]) : [];

const issuedFor = (query: OAuthParameters, user: LocalUser, endsAt: number): Issued => ({
  user,
  scopes: scopesIn(query),
  nonce: query['nonce'],
  clientId: query['client_id'] ?? '',
  redirectUri: query['redirect_uri'] ?? '',
  challenge: query['code_challenge'] ?? '',
  endsAt,
});

/** Whether the client that redeems the code is the one that asked for it. */
function isItsOwn({ clientId, redirectUri, challenge }: Issued, form: OAuthParameters): boolean {
  const verifier = form['code_verifier'] ?? '';
  return (
    clientId === form['client_id'] &&
    redirectUri === form['redirect_uri'] &&
    challenge === createHash('sha256').update(verifier).digest('base64url')
  );
}
