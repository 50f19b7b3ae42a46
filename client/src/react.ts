'use client';
/** React bindings: hooks and components over `createPermissions`. */
import {
  createContext,
  createElement,
  type ReactElement,
  type ReactNode,
  useContext,
  useEffect,
  useRef,
  useSyncExternalStore,
} from 'react';
import type { Permission, Permissions, PermissionsState, QuotaState, Route } from './index.ts';

const Context = createContext<Permissions | undefined>(undefined);

export interface PermissionsProviderProps {
  readonly permissions: Permissions;
  /**
   * The access token, or anything that changes with it (`authState` of okta-react): a change asks
   * again.
   */
  readonly token?: unknown;
  readonly children?: ReactNode;
}

export function PermissionsProvider({
  permissions,
  token,
  children,
}: PermissionsProviderProps): ReactElement {
  const before = useRef(token);
  useEffect(() => {
    if (before.current === token) return;
    before.current = token;
    void permissions.refresh();
  }, [permissions, token]);
  return createElement(Context.Provider, { value: permissions }, children);
}

const serverState: PermissionsState = { status: 'loading' };

/**
 * The permissions of the provider, and the render follows them.
 * @throws Error outside of a provider
 */
export function usePermissions(): Permissions {
  const permissions = useContext(Context);
  if (!permissions) throw new Error('expected a `PermissionsProvider` above');
  useSyncExternalStore(permissions.subscribe, permissions.state, () => serverState);
  return permissions;
}

/** `loading`, `ready`, `error` or `signed-out`. */
export const usePermissionsStatus = (): PermissionsState['status'] =>
  useHydrated(usePermissions()).status;

/** Whether the caller may: no, as long as that is not known. */
export function usePermission(what: Route | Permission): boolean {
  const permissions = usePermissions();
  return useHydrated(permissions).status === 'ready' && permissions.can(what);
}

/** Where the quota stands that the next call (of `route`) is charged to. */
export function useQuota(route?: Route): QuotaState | undefined {
  const permissions = usePermissions();
  return useHydrated(permissions).status === 'ready' ? permissions.quota(route) : undefined;
}

/**
 * The state that belongs to this render: on the server, and in the render that takes its page over,
 * nothing is known yet.
 */
const useHydrated = ({ subscribe, state }: Permissions): PermissionsState =>
  useSyncExternalStore(subscribe, state, () => serverState);

export interface CanProps {
  /** A route or a permission. */
  readonly do: Route | Permission;
  /** In its place when the caller may not. Default: nothing. */
  readonly fallback?: ReactNode;
  /**
   * In its place while that is not known, so that nothing flashes up that is then taken away.
   * Default: nothing.
   */
  readonly loading?: ReactNode;
  readonly children?: ReactNode;
}

/** Its children if the caller may. */
export function Can({ do: what, fallback, loading, children }: CanProps): ReactNode {
  const allowed = usePermission(what);
  const status = usePermissionsStatus();
  if (allowed) return children;
  return status === 'loading' ? (loading ?? null) : (fallback ?? null);
}

export interface RequirePermissionProps extends Omit<CanProps, 'fallback'> {
  /** For those who may not. Default: a sentence that says so. */
  readonly forbidden?: ReactNode;
  /** For nobody, e.g. a redirect to the sign-in page. Default: a sentence that says so. */
  readonly signedOut?: ReactNode;
  /** When the permissions cannot be had. Default: a sentence and a button to try again. */
  readonly error?: ReactNode;
}

const says = (...text: readonly ReactNode[]): ReactNode =>
  createElement('p', { role: 'alert' }, ...text);

/** A page for those who may see it. */
export function RequirePermission({
  do: what,
  loading,
  forbidden,
  signedOut,
  error,
  children,
}: RequirePermissionProps): ReactNode {
  const { refresh } = usePermissions();
  const allowed = usePermission(what);
  const status = usePermissionsStatus();
  if (allowed) return children;
  switch (status) {
    case 'loading':
      return loading ?? null;
    case 'signed-out':
      return signedOut ?? says('Sign in to open this page.');
    case 'error':
      return (
        error ??
        says(
          'Your permissions could not be loaded. ',
          createElement('button', { type: 'button', onClick: () => void refresh() }, 'Try again'),
        )
      );
    case 'ready':
      return forbidden ?? says('You have no permission to open this page.');
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
  const permissions = usePermissions();
  const known = useHydrated(permissions).status === 'ready';
  return choices.find(([what]) => known && permissions.can(what))?.[1];
}
