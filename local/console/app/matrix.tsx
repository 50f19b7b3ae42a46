/**
 * Groups by routes; the current user's groups are lit, and what they come to together stands in the
 * first row.
 */

import type { Permissions } from 'okta-group-authorizer-client';
import { usePermissions } from 'okta-group-authorizer-client/react';
import type { ReactElement } from 'react';
import { escapeControls } from './escape-controls.ts';
import type { Cell, ConsoleSetup } from './setup.ts';

const RULES: Readonly<Record<Cell['rule'], readonly [string, string]>> = {
  public: ['○', 'open to all'],
  signedIn: ['○', 'open to any valid token'],
  allowed: ['✓', 'allowed'],
  denied: ['✕', 'denied'],
  closed: ['·', 'not allowed'],
};

const SHADOW: Readonly<Record<Cell['gateway'], string>> = {
  anyone: '',
  anyToken: ' (shadow: any valid token passes)',
  prior: ' (shadow: the prior authorizer decides)',
  allow: '',
  deny: '',
};

/** What the caller's own permissions say of a route. */
function ownCell(permissions: Permissions, route: string): Cell {
  const allowed = permissions.can(route);
  return (
    permissions.shadow(route) ?? {
      rule: allowed ? 'allowed' : 'closed',
      mode: 'enforce',
      gateway: allowed ? 'allow' : 'deny',
    }
  );
}

export function Matrix({
  setup,
  groups,
}: {
  readonly setup: ConsoleSetup;
  readonly groups: readonly string[];
}): ReactElement {
  const permissions = usePermissions();
  const known = permissions.state().status === 'ready';
  return (
    <section className="card wide" aria-labelledby="matrix-title">
      <h2 id="matrix-title">Access matrix</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className="scroll" tabIndex={0} aria-label="Matrix, scrolls sideways">
        <table>
          <thead>
            <tr>
              <th scope="col">Group</th>
              {setup.routes.map((route) => (
                <th key={route} scope="col">
                  <code>{route}</code>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {known && (
              <tr className="you lit">
                <th scope="row">you, now</th>
                {setup.routes.map((route) => (
                  <CellView key={route} cell={ownCell(permissions, route)} />
                ))}
              </tr>
            )}
            {setup.everyone && (
              <tr>
                <th scope="row">every user</th>
                {setup.everyone.map((cell, at) => (
                  <CellView key={setup.routes[at]} cell={cell} />
                ))}
              </tr>
            )}
            {setup.groups.map(({ name, cells }) => (
              <tr key={name} className={groups.includes(name) ? 'lit' : ''}>
                <th scope="row">
                  {escapeControls(groups.includes(name) ? `${name} (yours)` : name)}
                </th>
                {cells.map((cell, at) => (
                  <CellView key={setup.routes[at]} cell={cell} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <p className="hint">
        {Object.entries(RULES).map(([rule, [sign, label]]) => (
          <span key={rule} className="legend">
            <span className={`cell ${rule}`}>{sign}</span> {label}
          </span>
        ))}
        <span className="legend">
          <span className="cell shadow">✓</span> shadow
        </span>
        Rules in shadow are not enforced: point at a cell for what the gateway does.
      </p>
    </section>
  );
}

function CellView({ cell }: { readonly cell: Cell }): ReactElement {
  const [sign, label] = RULES[cell.rule];
  const note = cell.mode === 'shadow' ? SHADOW[cell.gateway] : '';
  return (
    <td
      className={`cell ${cell.rule}${note === '' ? '' : ' shadow'}`}
      title={note === '' ? undefined : label + note}
    >
      <span aria-hidden="true">{sign}</span>
      <span className="hidden">{label + note}</span>
    </td>
  );
}
