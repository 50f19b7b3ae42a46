import { type Caller, callerOf } from './caller.ts';
import { askEndpoint, type EndpointOptions } from './endpoint.ts';
import { LOADING, type PermissionsState, type StateStore } from './permissions-state.ts';

const SIGNED_OUT: PermissionsState = { status: 'signed-out' };

type Token = string | null | undefined;

export interface AskerOptions extends EndpointOptions {
  /**
   * The access token to ask with, or nothing for nobody. Called before each request, so that its
   * owner renews it.
   * @param refused the token that the gateway has just refused (401): its owner renews it, once.
   * Who gives the same token again, none, or fails is signed out.
   */
  readonly getToken: (refused?: string) => Token | Promise<Token>;
}

export interface Question {
  readonly control: AbortController;
  answer?: Promise<PermissionsState>;
  /** The token that the gateway has refused, as long as no other is there. */
  refused?: string | undefined;
}

/** Asks the endpoint with the caller's token, once more with another one where it is refused. */
export interface Asker {
  /** When the caller's token ends, in epoch seconds. */
  tokenEnd(): number | undefined;
  ask(question: Question): Promise<PermissionsState>;
  /** The gateway refuses the token and its owner has no other: it is not asked with again. */
  signOut(token: string): PermissionsState;
  /** Asks with such a token anyway. */
  reset(): void;
  /**
   * Whether the state was asked for with this token, null for nobody.
   * @param orSameCaller another token of the same caller will do.
   */
  askedWith(token: unknown, orSameCaller?: boolean): boolean;
}

export function createAsker(options: AskerOptions, store: StateStore): Asker {
  let caller: Caller | undefined;
  /** Token of the known state: null for nobody, undefined as long as nothing is known. */
  let knownToken: Token;
  let refusedToken: Token;

  const changeCaller = (token: Token): void => {
    const next = token ? callerOf(token) : undefined;
    // Another caller's permissions are unknown; a renewed token of the same caller changes nothing.
    if (next && next.name !== caller?.name && store.state() !== LOADING) store.set(LOADING);
    caller = next;
    knownToken = token ?? null;
  };

  const signOut = (token: string): PermissionsState => {
    refusedToken = token;
    return SIGNED_OUT;
  };

  const ask = async (question: Question): Promise<PermissionsState> => {
    const { control, refused } = question;
    const token = await options.getToken(refused);
    control.signal.throwIfAborted();
    if (!token) changeCaller(token);
    if (refused !== undefined && (!token || token === refused)) return signOut(refused);
    if (!token || token === refusedToken) return SIGNED_OUT;
    changeCaller(token);
    question.refused = undefined;
    const next = await askEndpoint(options, token, control.signal, store.state().answer);
    control.signal.throwIfAborted();
    if (next.status !== 'signed-out') return next;
    if (refused !== undefined) return signOut(token);
    question.refused = token;
    return ask(question);
  };

  return {
    tokenEnd: () => caller?.exp,
    ask,
    signOut,
    reset() {
      refusedToken = undefined;
    },
    askedWith(token, orSameCaller = false) {
      if (store.state() === LOADING) return false;
      if (knownToken === token) return true;
      return orSameCaller && typeof token === 'string' && callerOf(token).name === caller?.name;
    },
  };
}
