/** Calls any route, also those that the app hides: the gateway decides. */
import { type ReactElement, useEffect, useState } from 'react';
import { type Caller, type Outcome, recordOf, statusText } from './calls.ts';
import { askWhatIf, groupsIn, pathOf, type SeenCall, userIn, type WhatIf } from './setup.ts';

interface Props {
  readonly routes: readonly string[];
  readonly caller: Caller;
  readonly calls: readonly SeenCall[];
}

export function CallPanel({ routes, caller, calls }: Props): ReactElement {
  const [route, setRoute] = useState(routes[0] ?? 'GET /');
  const [path, setPath] = useState(pathOf(route));
  const { outcome, busy } = caller;
  return (
    <section className="card" aria-labelledby="call-title">
      <h2 id="call-title">Call a route</h2>
      <form
        className="row"
        onSubmit={(event) => {
          event.preventDefault();
          void caller.call(route, path);
        }}
      >
        <label>
          Route
          <select
            value={route}
            onChange={({ target }) => {
              setRoute(target.value);
              setPath(pathOf(target.value));
            }}
          >
            {routes.map((key) => (
              <option key={key}>{key}</option>
            ))}
          </select>
        </label>
        <label>
          Path
          <input value={path} onChange={({ target }) => setPath(target.value)} spellCheck={false} />
        </label>
        <button type="submit" className="primary" disabled={busy}>
          Call
        </button>
      </form>
      <div role="status">{outcome && <Result outcome={outcome} />}</div>
      {outcome && <Details outcome={outcome} seen={recordOf(outcome, calls)} />}
    </section>
  );
}

function Result({ outcome }: { readonly outcome: Outcome }): ReactElement {
  const good = outcome.status >= 200 && outcome.status < 300;
  return (
    <p className={`verdict ${good ? 'good' : 'bad'}`}>
      <span className="status">{outcome.status || 'no answer'}</span>
      <span>{statusText(outcome)}</span>
    </p>
  );
}

function Details({
  outcome,
  seen,
}: {
  readonly outcome: Outcome;
  readonly seen: SeenCall | undefined;
}): ReactElement {
  const [why, setWhy] = useState<WhatIf>();
  const route = typeof seen?.record?.['route'] === 'string' ? seen.record['route'] : undefined;
  const groups = JSON.stringify(groupsIn(seen?.record));
  const judged = userIn(seen?.record) !== undefined;
  useEffect(() => {
    setWhy(undefined);
    if (route !== undefined && judged) void askWhatIf(route, JSON.parse(groups)).then(setWhy);
  }, [route, groups, judged]);
  return (
    <>
      <details open>
        <summary>Why</summary>
        {why === undefined ? (
          <p className="hint">
            {seen?.record === undefined
              ? 'The call did not reach the authorizer.'
              : 'The token was refused before any rule was asked.'}
          </p>
        ) : (
          <>
            {seen?.record?.['code'] === 'QUOTA_EXCEEDED' && (
              <p className="hint">The quota is used up; but for that, the rules say:</p>
            )}
            <pre>{why.lines.join('\n')}</pre>
          </>
        )}
      </details>
      <details>
        <summary>Decision record</summary>
        <pre>{JSON.stringify(seen?.record ?? null, undefined, 2)}</pre>
      </details>
      <details>
        <summary>Body</summary>
        <pre>{outcome.body}</pre>
      </details>
    </>
  );
}
