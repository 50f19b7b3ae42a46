/**
 * What the example uses of packages that are an app's own and not installed here (58 MB), as they
 * declare it. The example was compiled and bundled against @okta/okta-react 6.11.0,
 * @okta/okta-auth-js 8.0.1 and react-router-dom 7.18.5 on 2026-11-22; an app has the packages and
 * needs no such file.
 */
declare module '@okta/okta-auth-js' {
  export interface AccessToken {
    readonly accessToken: string;
  }
  export interface AuthState {
    readonly accessToken?: AccessToken;
    readonly isAuthenticated?: boolean;
  }
  export interface OktaAuth {
    /** Undefined while nobody is signed in. */
    getAccessToken(): string | undefined;
    signInWithRedirect(options?: { readonly originalUri?: string }): Promise<void>;
  }
  export function toRelativeUrl(url: string, baseUrl: string): string;
}

declare module '@okta/okta-react' {
  import type { AuthState, OktaAuth } from '@okta/okta-auth-js';
  import type { FC, ReactNode } from 'react';

  export const Security: FC<{
    oktaAuth: OktaAuth;
    restoreOriginalUri: (oktaAuth: OktaAuth, originalUri: string) => Promise<void> | void;
    children?: ReactNode;
  }>;
  export const LoginCallback: FC;
  /** `authState` is null until the session has been looked for. */
  export function useOktaAuth(): { oktaAuth: OktaAuth; authState: AuthState | null };
}

declare module 'react-router-dom' {
  import type { ReactElement, ReactNode } from 'react';

  export function Routes(props: { children?: ReactNode }): ReactElement | null;
  export function Route(props: { path: string; element: ReactNode }): ReactElement | null;
  export function Navigate(props: { to: string; replace?: boolean }): null;
  export function useNavigate(): (to: string, options?: { replace?: boolean }) => void;
}
