import { usePermissions } from 'okta-group-authorizer-client/react';
import { useEffect, useState } from 'react';
import type { ConsoleSetup } from '../wire.ts';
import { type AccessState, accessState } from './access-state.ts';
import type { Outcome } from './store.ts';
import { tokenFacts } from './token-facts.ts';

/** The longest delay of a timer. */
const MAX_TIMER_MS = 2_147_483_647;

/** The one state of the caller's permissions; it changes by itself when the token expires. */
export function useAccessState(
  setup: ConsoleSetup,
  token: string | null,
  outcome: Outcome | undefined,
): AccessState {
  const permissions = usePermissions().state();
  const { expiresAt } = tokenFacts(token);
  const [, ended] = useState(0);
  useEffect(() => {
    const left = (expiresAt ?? 0) * 1_000 - Date.now();
    if (left <= 0) return undefined;
    const timer = setTimeout(() => ended(Date.now()), Math.min(left + 1, MAX_TIMER_MS));
    return () => clearTimeout(timer);
  }, [expiresAt]);
  const refused = outcome?.withToken === true && outcome.status === 401;
  return accessState({ setup, token, expiresAt, permissions, refused, now: Date.now() / 1_000 });
}
