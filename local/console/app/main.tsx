/** The console: signs in, shows what the user may do, and lets everything be tried. */

import { createPermissions } from 'okta-group-authorizer-client';
import { PermissionsProvider, usePermissions } from 'okta-group-authorizer-client/react';
import { type ReactElement, StrictMode, useMemo, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { CallPanel } from './call-panel.tsx';
import { useCaller, useCalls } from './calls.ts';
import { escapeControls } from './escape-controls.ts';
import { ExampleApp } from './example-app.tsx';
import { Matrix } from './matrix.tsx';
import { Quotas } from './quotas.tsx';
import { type ConsoleSetup, groupsIn, type SeenCall, userIn } from './setup.ts';
import { finishSignIn, savedToken, signIn, signOut } from './sign-in.ts';
import { WhatIfPanel } from './what-if.tsx';

interface ConsoleProps {
  readonly setup: ConsoleSetup;
  readonly problem: string | undefined;
}

function Console({ setup, problem }: ConsoleProps): ReactElement {
  const [token, setToken] = useState(savedToken);
  const permissions = useMemo(
    () =>
      createPermissions({
        url: `${setup.gateway}${setup.permissionsPath ?? ''}`,
        getToken: () => (setup.permissionsPath ? savedToken() : null),
      }),
    [setup],
  );
  return (
    <PermissionsProvider permissions={permissions} token={token}>
      <Header
        setup={setup}
        token={token}
        onSignOut={() => {
          signOut();
          setToken(null);
        }}
      />
      <main>
        {problem !== undefined && (
          <p role="alert" className="banner">
            The sign-in failed: {problem}.
          </p>
        )}
        {setup.permissionsPath === undefined && (
          <p className="banner">
            {setup.source} has no <code>permissionsEndpoint</code>, so that the app cannot know what
            to show. Add <code>{'permissionsEndpoint: { path: /permissions }'}</code> and start
            again.
          </p>
        )}
        <Panels setup={setup} token={token} />
      </main>
    </PermissionsProvider>
  );
}

function Header({
  setup,
  token,
  onSignOut,
}: {
  readonly setup: ConsoleSetup;
  readonly token: string | null;
  readonly onSignOut: () => void;
}): ReactElement {
  const user = userOf(setup, token);
  return (
    <header>
      <div>
        <h1>{escapeControls(setup.name)}</h1>
        <p className="hint">
          {setup.source}, version <code>{setup.mapVersion}</code>
          {setup.servedVersion !== setup.mapVersion && (
            <>
              ; with the issuer of this run <code>{setup.servedVersion}</code>
            </>
          )}
        </p>
      </div>
      <div className="who">
        {token === null ? (
          <button type="button" className="primary" onClick={() => void signIn(setup)}>
            Sign in
          </button>
        ) : (
          <>
            <p>
              Signed in as <b>{escapeControls(user?.login ?? 'a user of your issuer')}</b>
            </p>
            <button type="button" onClick={() => void signIn(setup)}>
              Switch user
            </button>
            <button type="button" onClick={onSignOut}>
              Sign out
            </button>
          </>
        )}
      </div>
    </header>
  );
}

function Panels({
  setup,
  token,
}: {
  readonly setup: ConsoleSetup;
  readonly token: string | null;
}): ReactElement {
  const calls = useCalls();
  const permissions = usePermissions();
  const caller = useCaller(setup, token, permissions);
  return (
    <div className="grid">
      <ExampleApp
        routes={setup.routes.filter((route) => route !== `GET ${setup.permissionsPath}`)}
        caller={caller}
      />
      <Quotas />
      <CallPanel routes={setup.routes} caller={caller} calls={calls} />
      <WhatIfPanel setup={setup} />
      <Matrix setup={setup} groups={token === null ? [] : groupsOf(setup, token, calls)} />
      <Calls calls={calls} setup={setup} />
    </div>
  );
}

const withoutRecord = (method: string): string =>
  method === 'OPTIONS' ? 'preflight' : 'no authorizer asked';

function Calls({
  calls,
  setup,
}: {
  readonly calls: readonly SeenCall[];
  readonly setup: ConsoleSetup;
}): ReactElement {
  return (
    <section className="card wide" aria-labelledby="calls-title">
      <h2 id="calls-title">Calls of this run</h2>
      {calls.length === 0 && (
        <p className="hint">Calls from anywhere show up here, also those by curl.</p>
      )}
      <ol className="calls">
        {calls.map(({ requestId, at, status, method, path, record }) => (
          <li key={requestId}>
            <time dateTime={new Date(at).toISOString()}>
              {new Date(at).toLocaleTimeString('en-GB')}
            </time>
            <span className={status < 400 ? 'status good' : 'status bad'}>{status}</span>
            <code>
              {method} {escapeControls(path)}
            </code>
            <span>
              {record === undefined
                ? withoutRecord(method)
                : escapeControls(String(record['code'] ?? 'ALLOWED'))}
            </span>
            <span className="hint">
              {escapeControls(setup.users.find(({ uid }) => uid === userIn(record))?.login ?? '')}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** For display only; the gateway validates the token. */
function uidIn(token: string | null): unknown {
  try {
    return JSON.parse(atob((token?.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/')))[
      'uid'
    ];
  } catch {
    return undefined;
  }
}

const userOf = ({ users }: ConsoleSetup, token: string | null) =>
  users.find(({ uid }) => uid === uidIn(token));

/** Of a local user they are known; of another they stand in the records of their calls. */
function groupsOf(
  setup: ConsoleSetup,
  token: string,
  calls: readonly SeenCall[],
): readonly string[] {
  const record = calls.find(
    (call) => userIn(call.record) !== undefined && userIn(call.record) === uidIn(token),
  )?.record;
  return userOf(setup, token)?.groups ?? groupsIn(record);
}

async function start(): Promise<void> {
  const root = createRoot(document.getElementById('root') ?? document.body);
  const answer = await fetch('/api/setup');
  if (!answer.ok) {
    root.render(<p className="banner">The run is starting; reload in a moment.</p>);
    return;
  }
  const setup: ConsoleSetup = await answer.json();
  document.title = `${escapeControls(setup.name)}: access console`;
  const problem = await finishSignIn(setup).catch((error: unknown) => String(error));
  root.render(
    <StrictMode>
      <Console setup={setup} problem={problem} />
    </StrictMode>,
  );
}

void start();
