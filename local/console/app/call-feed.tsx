/** The calls of this run, by whoever made them; each opens to its own record. */
import { type ReactElement, useState } from 'react';
import type { ConsoleSetup, SeenCall } from '../wire.ts';
import { explain } from './api-calls.ts';
import { escapeControls } from './escape-controls.ts';
import { choicesIn, emptyText, type FeedFilter, filterCalls, NO_FILTER } from './feed-filter.ts';
import { clockTime } from './format.ts';
import { callerName, outcomeLabel } from './recorded.ts';
import { type Outcome, type Store, useKnown } from './store.ts';
import { Why } from './why.tsx';

const FIRST = 20;

export function CallFeed({
  store,
  setup,
}: {
  readonly store: Store;
  readonly setup: ConsoleSetup;
}): ReactElement {
  const calls = useKnown(store, (known) => known.calls);
  const [filter, setFilter] = useState(NO_FILTER);
  const [all, showAll] = useState(false);
  const found = filterCalls(calls, filter, setup);
  const shown = all ? found : found.slice(0, FIRST);
  return (
    <section className="card wide" aria-labelledby="calls-title">
      <h2 id="calls-title">Calls of this run</h2>
      <p className="hint">
        Calls from anywhere show up here, also those by curl. Open one to see why it was answered
        so.
      </p>
      <Filters filter={filter} onChange={setFilter} choices={choicesIn(calls, filter, setup)} />
      <p className="hint" role="status">
        {found.length === 0 ? emptyText(calls, filter, setup) : ''}
      </p>
      <ol className="calls">
        {shown.map((call) => (
          <li key={call.requestId}>
            <CallRow call={call} setup={setup} />
          </li>
        ))}
      </ol>
      {found.length > FIRST && (
        <button type="button" onClick={() => showAll(!all)}>
          {all ? `Show the newest ${FIRST}` : `Show all ${found.length}`}
        </button>
      )}
    </section>
  );
}

function Filters({
  filter,
  onChange,
  choices: { outcomes, callers },
}: {
  readonly filter: FeedFilter;
  readonly onChange: (filter: FeedFilter) => void;
  readonly choices: ReturnType<typeof choicesIn>;
}): ReactElement {
  return (
    <div className="filters">
      <label>
        Route
        <input
          type="search"
          placeholder="get orders"
          value={filter.route}
          onChange={({ target }) => onChange({ ...filter, route: target.value })}
        />
      </label>
      <Choice
        label="Code"
        any="any"
        value={filter.outcome}
        names={outcomes}
        onChange={(outcome) => onChange({ ...filter, outcome })}
      />
      <Choice
        label="Caller"
        any="anybody"
        value={filter.caller}
        names={callers}
        onChange={(caller) => onChange({ ...filter, caller })}
      />
      <label className="check">
        <input
          type="checkbox"
          checked={filter.everything}
          onChange={({ target }) => onChange({ ...filter, everything: target.checked })}
        />
        preflights and what this page asks
      </label>
    </div>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly any: string;
  readonly value: string;
  readonly names: readonly string[];
  readonly onChange: (value: string) => void;
}

function Choice({ label, any, value, names, onChange }: ChoiceProps): ReactElement {
  // What is chosen stays choosable when its last call is gone.
  const all = value === '' || names.includes(value) ? names : [value, ...names];
  return (
    <label>
      {label}
      <select value={value} onChange={({ target }) => onChange(target.value)}>
        <option value="">{any}</option>
        {all.map((name) => (
          <option key={name} value={name}>
            {escapeControls(name)}
          </option>
        ))}
      </select>
    </label>
  );
}

function CallRow({
  call,
  setup,
}: {
  readonly call: SeenCall;
  readonly setup: ConsoleSetup;
}): ReactElement {
  const { requestId, at, status, method, path, record } = call;
  const [outcome, setOutcome] = useState<Pick<Outcome, 'explained' | 'unexplained'>>();
  return (
    <details
      onToggle={({ currentTarget }) => {
        if (currentTarget.open && outcome?.explained === undefined)
          void explain(requestId).then(setOutcome);
      }}
    >
      <summary className="call">
        <time dateTime={new Date(at).toISOString()}>{clockTime(at)}</time>
        <span className={status < 400 ? 'status good' : 'status bad'}>{status}</span>
        <code>
          {method} {escapeControls(path)}
        </code>
        <span>{escapeControls(outcomeLabel(call))}</span>
        <span className="hint">{escapeControls(callerName(setup, record))}</span>
      </summary>
      <div className="call-why">
        {outcome?.explained && <Why explained={outcome.explained} />}
        {!outcome?.explained && <p className="hint">{outcome?.unexplained ?? 'Asking …'}</p>}
      </div>
    </details>
  );
}
