/**
 * Groups by routes; the current user's groups are lit, and what they come to together stands in the
 * first row.
 */
import { usePermissions } from 'okta-group-authorizer-client/react';
import type { ReactElement } from 'react';
import type { Cell, ConsoleSetup } from './setup.ts';

const CELL_LABELS: Readonly<Record<Cell, readonly [string, string]>> = {
  open: ['○', 'open to all'],
  allow: ['✓', 'allowed'],
  deny: ['✕', 'denied'],
  none: ['·', 'not allowed'],
};

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
                  <CellView key={route} cell={permissions.can(route) ? 'allow' : 'none'} />
                ))}
              </tr>
            )}
            {setup.groups.map(({ name, cells }) => (
              <tr key={name} className={groups.includes(name) ? 'lit' : ''}>
                <th scope="row">{groups.includes(name) ? `${name} (yours)` : name}</th>
                {cells.map((cell, at) => (
                  <CellView key={setup.routes[at]} cell={cell} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <p className="hint">
        {Object.entries(CELL_LABELS).map(([cell, [sign, label]]) => (
          <span key={cell} className="legend">
            <span className={`cell ${cell}`}>{sign}</span> {label}
          </span>
        ))}
      </p>
    </section>
  );
}

function CellView({ cell }: { readonly cell: Cell }): ReactElement {
  const [sign, label] = CELL_LABELS[cell];
  return (
    <td className={`cell ${cell}`}>
      <span aria-hidden="true">{sign}</span>
      <span className="hidden">{label}</span>
    </td>
  );
}
