/** The page's entry: the sign-in is set up once, outside of React. */
import { OktaAuth } from '@okta/okta-auth-js';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router-dom';
import { App } from './app.tsx';

const oktaAuth = new OktaAuth({
  /** The custom authorization server of the access map's `okta.issuer`. */
  issuer: import.meta.env.VITE_ISSUER,
  /** A single-page application, one of the map's `okta.clients`. */
  clientId: import.meta.env.VITE_CLIENT_ID,
  redirectUri: `${window.location.origin}/login/callback`,
  scopes: ['openid', 'profile'],
});

const root = document.getElementById('root');
if (root)
  createRoot(root).render(
    <StrictMode>
      <BrowserRouter>
        <App oktaAuth={oktaAuth} api={import.meta.env.VITE_API} />
      </BrowserRouter>
    </StrictMode>,
  );
