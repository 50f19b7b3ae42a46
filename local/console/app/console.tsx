/**
 * The console of a run: one store says what is known, and every card shows what follows from it.
 */
import { createPermissions } from 'okta-group-authorizer-client';
import { PermissionsProvider, usePermissions } from 'okta-group-authorizer-client/react';
import { type ReactElement, useMemo } from 'react';
import type { ConsoleSetup, SeenCall } from '../wire.ts';
import type { AccessKind, AccessState } from './access-state.ts';
import { createCaller } from './api-calls.ts';
import { CallFeed } from './call-feed.tsx';
import { CallPanel } from './call-panel.tsx';
import { ExampleApp } from './example-app.tsx';
import { clockTime } from './format.ts';
import { Header } from './header.tsx';
import { Matrix } from './matrix-panel.tsx';
import { People } from './people.tsx';
import { Quotas } from './quotas.tsx';
import { groupsIn, userIn } from './recorded.ts';
import { savedToken } from './sign-in.ts';
import { type Run, type Store, useKnown } from './store.ts';
import { tokenFacts } from './token-facts.ts';
import { useAccessState } from './use-access-state.ts';
import { WhatIfPanel } from './what-if.tsx';

export function Console({ store }: { readonly store: Store }): ReactElement {
  const run = useKnown(store, (known) => known.run);
  const setup = 'setup' in run ? run.setup : undefined;
  return (
    <>
      <RunState run={run} />
      {setup && (
        <div inert={run.kind === 'stopped'} className={run.kind === 'stopped' ? 'past' : ''}>
          <RunningConsole key={setup.run} store={store} setup={setup} />
        </div>
      )}
    </>
  );
}

/** Says what the run does, as long as it does not answer calls. */
function RunState({ run }: { readonly run: Run }): ReactElement | null {
  if (run.kind === 'running') return null;
  return (
    <main className="run-state">
      <div role="status" className={run.kind === 'stopped' ? 'banner' : 'banner calm'}>
        <h1>{RUN_TITLES[run.kind]}</h1>
        {run.kind === 'starting' && <p>This page shows it when it is ready.</p>}
        {run.kind === 'stopped' && (
          <p>
            It stopped at {clockTime(run.since)}
            {run.setup ? '; what you see below is from before' : ''}. Start it with{' '}
            <code>npm start</code>: this page goes on by itself.
          </p>
        )}
      </div>
    </main>
  );
}

const RUN_TITLES: { readonly [kind in Exclude<Run['kind'], 'running'>]: string } = {
  connecting: 'Connecting to the run …',
  starting: 'The run is starting',
  stopped: 'The run has stopped',
};

interface RunningProps {
  readonly store: Store;
  readonly setup: ConsoleSetup;
}

function RunningConsole({ store, setup }: RunningProps): ReactElement {
  const token = useKnown(store, (known) => known.token);
  const permissions = useMemo(
    () =>
      createPermissions({
        url: `${setup.gateway}${setup.permissionsPath ?? ''}`,
        getToken: () => (setup.permissionsPath ? savedToken() : null),
        fetch: async (input, init) => {
          const answer = await fetch(input, init);
          store.permissionsAnswered(Date.now());
          return answer;
        },
      }),
    [setup, store],
  );
  return (
    <PermissionsProvider permissions={permissions} token={token}>
      <Cards store={store} setup={setup} />
    </PermissionsProvider>
  );
}

function Cards({ store, setup }: RunningProps): ReactElement {
  const token = useKnown(store, (known) => known.token);
  const outcome = useKnown(store, (known) => known.outcome);
  const permissionsAt = useKnown(store, (known) => known.permissionsAt);
  const access = useAccessState(setup, token, outcome);
  const permissions = usePermissions();
  const callRoute = useMemo(
    () => createCaller(setup, store, permissions),
    [setup, store, permissions],
  );
  return (
    <>
      <Header setup={setup} token={token} access={access} onSignOut={store.signOut} />
      <main>
        <Banners store={store} setup={setup} />
        <div className="grid">
          <ExampleApp
            routes={setup.routes.filter((route) => route !== `GET ${setup.permissionsPath}`)}
            access={access}
            callRoute={callRoute}
          />
          <Quotas access={access} since={permissionsAt} />
          <CallPanel routes={setup.routes} callRoute={callRoute} outcome={outcome} />
          <WhatIfPanel setup={setup} />
          {setup.org && <People setup={setup} uid={tokenFacts(token).uid} />}
          <Matrix setup={setup} access={access} groups={useOwnGroups(store, setup, access)} />
          <CallFeed store={store} setup={setup} />
        </div>
      </main>
    </>
  );
}

function Banners({ store, setup }: RunningProps): ReactElement {
  const problem = useKnown(store, (known) => known.signInProblem);
  return (
    <>
      {problem !== undefined && (
        <p role="alert" className="banner">
          The sign-in failed: {problem}. Sign in once more.
        </p>
      )}
      {setup.permissionsPath === undefined && (
        <p className="banner calm">
          {setup.source} has no <code>permissionsEndpoint</code>, so that the app cannot know what
          to show. Add <code>{'permissionsEndpoint: { path: /permissions }'}</code> and start again.
        </p>
      )}
    </>
  );
}

const NO_GROUPS: readonly string[] = [];
const WITHOUT_CALLER: ReadonlySet<AccessKind> = new Set(['nobody', 'expired', 'notAccepted']);

/** The caller's groups: those of a local user are known, others are in the records of calls. */
function useOwnGroups(
  store: Store,
  { users }: ConsoleSetup,
  { kind }: AccessState,
): readonly string[] {
  const token = useKnown(store, (known) => known.token);
  const { uid } = tokenFacts(token);
  const isOwn = ({ record }: SeenCall): boolean => uid !== undefined && userIn(record) === uid;
  const recorded = useKnown(store, ({ calls }) => calls.find(isOwn)?.record);
  if (WITHOUT_CALLER.has(kind)) return NO_GROUPS;
  return users.find((user) => user.uid === uid)?.groups ?? groupsIn(recorded);
}
