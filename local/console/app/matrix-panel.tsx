/** Routes by groups. Of a large map only the rows and columns that are seen are in the page. */
import { usePermissions } from 'okta-group-authorizer-client/react';
import { type ReactElement, useState } from 'react';
import type { Cell, ConsoleSetup } from '../wire.ts';
import type { AccessState } from './access-state.ts';
import { cellKey } from './cell-key.ts';
import { matchesSearch } from './format.ts';
import { matrixColumns } from './matrix-columns.ts';
import { MatrixTable } from './matrix-table.tsx';

export function Matrix({
  setup,
  access,
  groups,
}: {
  readonly setup: ConsoleSetup;
  readonly access: AccessState;
  /** The caller's own. */
  readonly groups: readonly string[];
}): ReactElement {
  const permissions = usePermissions();
  const [route, setRoute] = useState('');
  const [group, setGroup] = useState('');
  const own = access.kind === 'ready' ? permissions : undefined;
  const all = matrixColumns(setup, groups, own);
  const columns = all.filter(({ title }) => matchesSearch(title, group));
  const rows = setup.routes.flatMap((key, at) => (matchesSearch(key, route) ? [at] : []));
  return (
    <section className="card wide" aria-labelledby="matrix-title">
      <h2 id="matrix-title">Access matrix</h2>
      <div className="filters">
        <Search label="Find a route" placeholder="get orders" value={route} onChange={setRoute} />
        <Search label="Find a group" placeholder="readers" value={group} onChange={setGroup} />
      </div>
      <p className="hint" role="status">
        {rows.length} of {setup.routes.length} routes, {columns.length} of {all.length} columns
        {rows.length * columns.length === 0 && ': nothing fits. Clear a search.'}
      </p>
      <MatrixTable setup={setup} rows={rows} columns={columns} />
      <Legend setup={setup} />
    </section>
  );
}

interface SearchProps {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

const Search = ({ label, placeholder, value, onChange }: SearchProps): ReactElement => (
  <label>
    {label}
    <input
      type="search"
      placeholder={placeholder}
      value={value}
      onChange={({ target }) => onChange(target.value)}
    />
  </label>
);

/** One of each rule, as it is enforced. */
const LEGEND: readonly Cell[] = [
  { rule: 'allowed', mode: 'enforce', gateway: 'allow' },
  { rule: 'denied', mode: 'enforce', gateway: 'deny' },
  { rule: 'closed', mode: 'enforce', gateway: 'deny' },
  { rule: 'signedIn', mode: 'enforce', gateway: 'anyToken' },
  { rule: 'public', mode: 'enforce', gateway: 'anyone' },
];

const Legend = ({ setup: { cellLabels } }: { readonly setup: ConsoleSetup }): ReactElement => (
  <p className="hint">
    {LEGEND.map((cell) => (
      <span key={cell.rule} className="legend">
        <span className={`cell ${cell.rule}`}>{cellLabels[cellKey(cell)]?.sign}</span>{' '}
        {cellLabels[cellKey(cell)]?.label}
      </span>
    ))}
    <span className="legend">
      <span className="cell shadow">✓</span> in shadow mode
    </span>
    Rules in shadow mode are not enforced: point at a cell for what the gateway does.
  </p>
);
