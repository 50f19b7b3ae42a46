/** A small app of the API: what its user may not do is not there. */
import { usePermissions } from 'okta-group-authorizer-client/react';
import { type ReactElement, useState } from 'react';
import type { AccessState } from './access-state.ts';
import type { CallRoute } from './api-calls.ts';
import { methodOf, pathOf } from './format.ts';

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

const FIRST = 12;

export function ExampleApp({
  routes,
  access,
  callRoute,
}: {
  readonly routes: readonly string[];
  readonly access: AccessState;
  readonly callRoute: CallRoute;
}): ReactElement {
  const { can } = usePermissions();
  const [all, showAll] = useState(false);
  const offered = access.kind === 'ready' ? routes.filter((route) => can(route)) : [];
  return (
    <section className="card" aria-labelledby="app-title">
      <h2 id="app-title">An app of this API</h2>
      <p className="hint">
        Each button is there only if the permissions endpoint lets you call its route.
      </p>
      <div className="buttons">
        {(all ? offered : offered.slice(0, FIRST)).map((route) => (
          <button
            key={route}
            type="button"
            className="action"
            onClick={() => void callRoute(route, pathOf(route))}
          >
            <b>{labelOf(route)}</b>
            <code>{route}</code>
          </button>
        ))}
      </div>
      {offered.length > FIRST && (
        <button type="button" onClick={() => showAll(!all)}>
          {all ? `Show ${FIRST} of them` : `Show all ${offered.length}`}
        </button>
      )}
      <p role="status" className="hint">
        {access.kind === 'ready' && offered.length === 0
          ? 'There is no route that you may call.'
          : access.text}
      </p>
    </section>
  );
}
