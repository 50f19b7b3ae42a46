/** Calls any route, also those that the app hides: the gateway decides. */
import { type ReactElement, useState } from 'react';
import type { CallRoute } from './api-calls.ts';
import { clockTime, pathOf } from './format.ts';
import { outcomeText } from './outcome-text.ts';
import type { Outcome } from './store.ts';
import { useSecond } from './use-second.ts';
import { Why } from './why.tsx';

interface Props {
  readonly routes: readonly string[];
  readonly callRoute: CallRoute;
  readonly outcome: Outcome | undefined;
}

export function CallPanel({ routes, callRoute, outcome }: Props): ReactElement {
  const [route, setRoute] = useState(routes[0] ?? 'GET /');
  const [path, setPath] = useState(pathOf(route));
  return (
    <section className="card" aria-labelledby="call-title">
      <h2 id="call-title">Call a route</h2>
      <form
        className="row"
        onSubmit={(event) => {
          event.preventDefault();
          void callRoute(route, path);
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
          <input
            value={path}
            onChange={({ target }) => setPath(target.value)}
            spellCheck={false}
            required
            // What is added to the gateway's address without it names another host.
            pattern="/.*"
            title="a path, which begins with /"
          />
        </label>
        <button type="submit" className="primary">
          Call
        </button>
      </form>
      <div role="status">{outcome && <Result outcome={outcome} />}</div>
      {outcome?.status !== undefined && <Details outcome={outcome} />}
    </section>
  );
}

function Result({ outcome }: { readonly outcome: Outcome }): ReactElement {
  const { tone, status, text } = outcomeText(outcome, useSecond());
  return (
    <p className={`verdict ${tone}`}>
      <span className="status">{status}</span>
      <span>{text}</span>
      <time dateTime={new Date(outcome.at).toISOString()}>{clockTime(outcome.at)}</time>
    </p>
  );
}

function Details({ outcome }: { readonly outcome: Outcome }): ReactElement {
  const { status, explained, unexplained, body } = outcome;
  return (
    <>
      <details open>
        <summary>Why</summary>
        {explained && <Why explained={explained} />}
        {!explained && (
          <p className="hint">
            {status === 0
              ? 'This page got no answer, so that it knows of no record and explains nothing. If the gateway answered, the call stands below.'
              : unexplained}
          </p>
        )}
      </details>
      <details>
        <summary>Body</summary>
        <pre>{body}</pre>
      </details>
    </>
  );
}
