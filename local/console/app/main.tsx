/** The console's page: follows the run, signs in, and shows what is known. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { followRun } from './connection.ts';
import { Console } from './console.tsx';
import { escapeControls } from './escape-controls.ts';
import { finishSignIn } from './sign-in.ts';
import { createStore } from './store.ts';

const store = createStore();

followRun(store, async (setup) => {
  document.title = `${escapeControls(setup.name)}: access console`;
  store.signedIn(await finishSignIn(setup).catch((error: unknown) => String(error)));
});

createRoot(document.getElementById('root') ?? document.body).render(
  <StrictMode>
    <Console store={store} />
  </StrictMode>,
);
