/**
 * What the page can say about the caller's permissions: one state, which every card shows. Each has
 * a sentence and the next step.
 */
import type { ConsoleSetup } from '../wire.ts';

export type AccessKind =
  | 'ready'
  | 'noEndpoint'
  | 'nobody'
  | 'expired'
  | 'notAccepted'
  | 'loading'
  | 'blocked'
  | 'unreachable';

export interface AccessState {
  readonly kind: AccessKind;
  /** In plain words, with the next step; empty where everything is known. */
  readonly text: string;
}

export interface AccessFacts {
  readonly setup: Pick<ConsoleSetup, 'permissionsPath' | 'source' | 'gateway'>;
  readonly token: string | null;
  /** Seconds since 1970. */
  readonly expiresAt: number | undefined;
  /** What the client package knows. */
  readonly permissions: {
    readonly status: 'loading' | 'ready' | 'error' | 'signed-out';
    readonly refused?: true;
  };
  /** A call with this token was answered by 401. Default: none was. */
  readonly refused?: boolean;
  /** Seconds since 1970. */
  readonly now: number;
}

export function accessState(facts: AccessFacts): AccessState {
  const kind = kindOf(facts);
  return { kind, text: TEXTS[kind](facts) };
}

function kindOf({ setup, token, expiresAt, permissions, refused, now }: AccessFacts): AccessKind {
  if (token === null) return 'nobody';
  if (expiresAt !== undefined && expiresAt <= now) return 'expired';
  // No endpoint tells whether the token is accepted: a call does.
  if (setup.permissionsPath === undefined) return refused ? 'notAccepted' : 'noEndpoint';
  switch (permissions.status) {
    case 'signed-out':
      return 'notAccepted';
    case 'error':
      return permissions.refused === true ? 'blocked' : 'unreachable';
    case 'loading':
      return 'loading';
    case 'ready':
      return 'ready';
  }
}

const TEXTS: { readonly [kind in AccessKind]: (facts: AccessFacts) => string } = {
  ready: () => '',
  noEndpoint: ({ setup: { source } }) =>
    `Not known: ${source} has no permissionsEndpoint, which would tell. Calls still work.`,
  nobody: () => 'Nobody is signed in. Sign in to see what is yours.',
  expired: () => 'Your token has expired. Sign in once more.',
  notAccepted: () => 'The gateway does not accept your token. Sign in once more.',
  loading: () => 'Asking what you may do …',
  blocked: () =>
    'The permissions endpoint refuses you, so you may call nothing. To see why, show what this page asks among the calls below, and open its call.',
  unreachable: ({ setup: { gateway } }) =>
    `What you may do could not be asked: ${gateway} gave no usable answer. It is asked once more by itself.`,
};
