/**
 * Okta's sign-in and a router as the example of the client sees them, moved by the test. Bundled in
 * place of the packages.
 */
import {
  createElement,
  type ReactElement,
  type ReactNode,
  useEffect,
  useSyncExternalStore,
} from 'react';

export interface AuthState {
  readonly accessToken?: { readonly accessToken: string };
}

let state: { readonly authState: AuthState | null; readonly path: string } = {
  authState: null,
  path: '/',
};
const listeners = new Set<() => void>();
export const signIns: unknown[] = [];

export function become(next: Partial<typeof state>): void {
  state = { ...state, ...next };
  for (const listener of listeners) listener();
}

export const currentPath = (): string => state.path;

const useWorld = () =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );

// @okta/okta-auth-js
export const oktaAuth = {
  getAccessToken: () => state.authState?.accessToken?.accessToken,
  signInWithRedirect: async (options?: unknown) => void signIns.push(options),
};
export const toRelativeUrl = (url: string, base: string): string => url.replace(base, '');

// @okta/okta-react
export const Security = ({ children }: { readonly children?: ReactNode }): ReactNode => children;
export const LoginCallback = (): ReactNode => 'callback';
export const useOktaAuth = () => ({ oktaAuth, authState: useWorld().authState });

// react-router-dom
export const Route = (_: { readonly path: string; readonly element: ReactNode }): null => null;
export function Routes({
  children,
}: {
  readonly children: readonly ReactElement<Parameters<typeof Route>[0]>[];
}): ReactNode {
  const { path } = useWorld();
  const found = children.find(({ props }) => props.path === path);
  return createElement('main', { key: path }, found?.props.element);
}
export function Navigate({ to }: { readonly to: string }): null {
  useEffect(() => become({ path: to }), [to]);
  return null;
}
export const useNavigate = () => (path: string) => become({ path });
