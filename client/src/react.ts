'use client';
/** React bindings: hooks and components over `createPermissions`. */
import {
  createContext,
  createElement,
  type ReactElement,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import type {
  Allowance,
  Permission,
  Permissions,
  PermissionsState,
  QuotaState,
  Route,
  Status,
  Wanted,
} from './index.ts';

const Context = createContext<Permissions | undefined>(undefined);

export interface PermissionsProviderProps {
  readonly permissions: Permissions;
  /**
   * The access token, or Okta's `authState`, or anything else that changes with the token;
   * undefined or null while nobody is signed in. A change asks again, and a provider that is
   * mounted with another token than the permissions were asked for with says `loading` until it has
   * the answer.
   */
  readonly token?: unknown;
  readonly children?: ReactNode;
}

const LOADING: PermissionsState = { status: 'loading' };
const UNKNOWN: Allowance = { allowed: false, reason: 'loading' };
const NOT_GIVEN = {};

/** The access token in it, null for none; what holds no token stands for itself. */
function tokenIn(value: unknown): unknown {
  const held = value as { readonly accessToken?: { readonly accessToken?: unknown } } | null;
  if (value === undefined || value === null) return null;
  if (typeof value !== 'object' || !('accessToken' in value)) return value;
  return held?.accessToken?.accessToken ?? null;
}

/** As before anything is known. */
const unknown = (permissions: Permissions): Permissions => ({
  ...permissions,
  can: () => false,
  canPath: () => false,
  check: () => UNKNOWN,
  shadow: () => undefined,
  quota: () => undefined,
  state: () => LOADING,
});

export function PermissionsProvider(props: PermissionsProviderProps): ReactElement {
  const { permissions, children } = props;
  const token = 'token' in props ? tokenIn(props.token) : NOT_GIVEN;
  const [mountedWith] = useState(token);
  const [settled, settle] = useState<unknown>(NOT_GIVEN);
  // A renewed token of the same caller leaves what is known until the new answer is there.
  const isKnown = token === settled || permissions.askedWith(token, token !== mountedWith);
  const asked = useRef(isKnown ? token : NOT_GIVEN);
  useEffect(() => {
    if (asked.current === token) return;
    asked.current = token;
    void permissions.refresh().then(() => {
      if (asked.current === token) settle(token);
    });
  }, [permissions, token]);
  const value = useMemo(
    () => (isKnown ? permissions : unknown(permissions)),
    [permissions, isKnown],
  );
  return createElement(Context.Provider, { value }, children);
}

function useProvided(): Permissions {
  const permissions = useContext(Context);
  if (!permissions) throw new Error('expected a `PermissionsProvider` above');
  return permissions;
}

/**
 * What `select` reads of the permissions; another value renders again, nothing else does. On the
 * server, and in the render that takes its page over, nothing is known yet.
 */
function useSelected<Value>(select: (permissions: Permissions) => Value, server: Value): Value {
  const permissions = useProvided();
  return useSyncExternalStore(
    permissions.subscribe,
    () => select(permissions),
    () => server,
  );
}

const statusOf = (permissions: Permissions): Status => permissions.state().status;

/**
 * The permissions of the provider, and the render follows every change of them.
 * @throws Error outside of a provider
 */
export function usePermissions(): Permissions {
  useSelected((permissions) => permissions.state(), LOADING);
  return useProvided();
}

/** `loading`, `ready`, `error` or `signed-out`. */
export const usePermissionsStatus = (): Status => useSelected(statusOf, 'loading');

/** Whether the caller may: no, as long as that is not known. */
export const usePermission = (what: Route | Permission): boolean =>
  useSelected((permissions) => permissions.can(what), false);

/** An allowance as a page shows it. */
export interface Can extends Allowance {
  /** With `quota`: seconds from this render until there is room again, at least 1. */
  readonly retryAfter?: number;
}

/**
 * Whether the caller may, and why not: a route, a permission, `{ any: [...] }` or `{ all: [...] }`
 * of several.
 */
export function useCan(what: Wanted): Can {
  const text = useSelected(
    (permissions) => JSON.stringify(permissions.check(what)),
    JSON.stringify(UNKNOWN),
  );
  const allowance = JSON.parse(text) as Allowance;
  const { retryAt } = allowance;
  if (retryAt === undefined) return allowance;
  return { ...allowance, retryAfter: Math.max(1, Math.ceil(retryAt - Date.now() / 1_000)) };
}

/** The state of the quota that the next call (of `route`) is charged to. */
export function useQuota(route?: Route): QuotaState | undefined {
  const text = useSelected(
    (permissions) => JSON.stringify(permissions.quota(route) ?? null),
    'null',
  );
  return useMemo(() => JSON.parse(text) ?? undefined, [text]);
}

export interface CanProps {
  /** A route or a permission, or `{ any: [...] }`, `{ all: [...] }` of several. */
  readonly do: Wanted;
  /** Its children for those who may not, its fallback for those who may. */
  readonly not?: boolean;
  /** In its place for those who may not. Default: nothing. */
  readonly fallback?: ReactNode;
  /**
   * In its place while that is not known, so that nothing flashes up that is then taken away.
   * Default: nothing.
   */
  readonly loading?: ReactNode;
  /** In its place when the permissions cannot be had, which is no refusal. Default: nothing. */
  readonly error?: ReactNode;
  /** A function is called in every state, with the answer and its reason. */
  readonly children?: ReactNode | ((can: Can) => ReactNode);
}

/** Its children if the caller may. */
export function Can({ do: what, not, fallback, loading, error, children }: CanProps): ReactNode {
  const can = useCan(what);
  if (typeof children === 'function') return children(can);
  if (can.reason === 'loading') return loading ?? null;
  if (can.reason === 'error') return error ?? null;
  return (can.allowed === !not ? children : fallback) ?? null;
}

export interface RequirePermissionProps extends Pick<CanProps, 'do' | 'loading'> {
  /** For those who may not. Default: a sentence that says so. */
  readonly forbidden?: ReactNode;
  /** For nobody, e.g. a redirect to the sign-in page. Default: a sentence that says so. */
  readonly signedOut?: ReactNode;
  /** When the permissions cannot be had. Default: a sentence and a button to try again. */
  readonly error?: ReactNode;
  readonly children?: ReactNode;
}

const says = (...text: readonly ReactNode[]): ReactNode =>
  createElement('p', { role: 'alert' }, ...text);

/** A page for those who may see it. */
export function RequirePermission(props: RequirePermissionProps): ReactNode {
  const { refresh } = useProvided();
  const { allowed, reason } = useCan(props.do);
  if (allowed) return props.children;
  switch (reason) {
    case 'loading':
      return props.loading ?? null;
    case 'signed-out':
      return props.signedOut ?? says('Sign in to open this page.');
    case 'error':
      return (
        props.error ??
        says(
          'Your permissions could not be loaded. ',
          createElement('button', { type: 'button', onClick: () => void refresh() }, 'Try again'),
        )
      );
    default:
      return props.forbidden ?? says('You have no permission to open this page.');
  }
}

/**
 * The value beside the first thing that the caller may do:
 * `useFirstAllowed([['orders:write', '/manage'], ['orders:read', '/orders']])`. Undefined when
 * there is none, and as long as that is not known (`usePermissionsStatus` tells).
 */
export function useFirstAllowed<Value>(
  choices: readonly (readonly [Route | Permission, Value])[],
): Value | undefined {
  const first = useSelected(({ can }) => choices.findIndex(([what]) => can(what)), -1);
  return choices[first]?.[1];
}
