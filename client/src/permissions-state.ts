import type { Answer } from './answer.ts';

export type Status = 'loading' | 'ready' | 'error' | 'signed-out';

export interface PermissionsState {
  /**
   * `error`: nothing is known, or the endpoint refuses the caller (403). When a refresh of known
   * permissions fails otherwise, they stay `ready` with `error` set, until their token ends.
   */
  readonly status: Status;
  /** Undefined unless `ready`. */
  readonly answer?: Answer | undefined;
  /** With `error`: the endpoint itself refuses the caller, who may call nothing. No outage. */
  readonly refused?: true;
  readonly error?: unknown;
}

export const LOADING: PermissionsState = { status: 'loading' };

export interface StateStore {
  /** The same object until something changes. */
  state(): PermissionsState;
  /** Whether the caller may call a route, or has a permission. */
  has(name: string): boolean;
  set(next: PermissionsState): void;
  /** Calls the listeners, also of a change that time alone brought. */
  tell(): void;
  readonly listeners: Set<() => void>;
}

/** @param onSet called after each `set`, changed or not, before the listeners. */
export function createStore(onSet: () => void): StateStore {
  const listeners = new Set<() => void>();
  let state = LOADING;
  let names: ReadonlySet<string> = new Set();
  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  return {
    state: () => state,
    has: (name) => names.has(name),
    set(next) {
      const same = isSame(state, next);
      if (!same) {
        state = next;
        names = new Set([...(next.answer?.routes ?? []), ...(next.answer?.permissions ?? [])]);
      }
      onSet();
      if (!same) tell();
    },
    tell,
    listeners,
  };
}

const isSame = (a: PermissionsState, b: PermissionsState): boolean =>
  a.status === b.status && a.answer === b.answer && a.error === b.error;
