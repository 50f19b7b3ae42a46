/** A small app of the API: what its user may not do is not there. */
import { Can, usePermissionsStatus } from 'okta-group-authorizer-client/react';
import type { ReactElement } from 'react';
import type { Caller } from './calls.ts';
import { methodOf, pathOf } from './setup.ts';

const VERBS: Readonly<Record<string, string>> = {
  GET: 'Show',
  POST: 'Create',
  PUT: 'Replace',
  PATCH: 'Change',
  DELETE: 'Delete',
};

/** `Show orders`, `Create order`, `Delete order 42`. */
function labelOf(route: string): string {
  const segments = pathOf(route).split('/').filter(Boolean);
  const one = route.endsWith('}');
  const noun = (one ? segments.at(-2) : segments.at(-1)) ?? 'home';
  const singular = one || methodOf(route) === 'POST';
  const verb = singular ? noun.replace(/ies$/, 'y').replace(/([^s])s$/, '$1') : noun;
  return [VERBS[methodOf(route)] ?? methodOf(route), verb, ...(one ? ['42'] : [])].join(' ');
}

const MOST = 12;

export function ExampleApp({
  routes,
  caller,
}: {
  readonly routes: readonly string[];
  readonly caller: Caller;
}): ReactElement {
  const status = usePermissionsStatus();
  return (
    <section className="card" aria-labelledby="app-title">
      <h2 id="app-title">An app of this API</h2>
      <p className="hint">
        Each button is there only if the permissions endpoint lets you call its route.
      </p>
      <div className="buttons">
        {routes.slice(0, MOST).map((route) => (
          <Can key={route} do={route}>
            <button
              type="button"
              className="action"
              onClick={() => void caller.call(route, pathOf(route))}
            >
              <b>{labelOf(route)}</b>
              <code>{route}</code>
            </button>
          </Can>
        ))}
      </div>
      <p role="status" className="hint">
        {status === 'loading' && 'Asking what you may do …'}
        {status === 'error' && 'What you may do could not be asked, so nothing is offered.'}
        {status === 'signed-out' && 'Nobody is signed in, so nothing is offered.'}
      </p>
    </section>
  );
}
