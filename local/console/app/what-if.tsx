/** The decision for any route and groups, before anybody is in them. */
import { type ReactElement, useEffect, useState } from 'react';
import type { ConsoleSetup, WhatIf } from '../wire.ts';
import { escapeControls } from './escape-controls.ts';
import { matchesSearch } from './format.ts';

/** More groups than that want a search. */
const MANY = 12;

/** A first question with a good answer, where the map has one. */
function firstQuestion({ routes, cells, subjects }: ConsoleSetup): readonly [string, string[]] {
  for (const { kind, name, cells: own } of subjects) {
    const at = own.findIndex((place) => cells[place]?.rule === 'allowed');
    if (kind === 'group' && at !== -1) return [routes[at] ?? '', [name]];
  }
  return [routes[0] ?? '', []];
}

async function askWhatIf(route: string, groups: readonly string[]): Promise<WhatIf> {
  const query = new URLSearchParams([['route', route], ...groups.map((group) => ['group', group])]);
  const answer = await fetch(`/api/what-if?${query}`);
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return (await answer.json()) as WhatIf;
}

export function WhatIfPanel({ setup }: { readonly setup: ConsoleSetup }): ReactElement {
  const [[firstRoute, firstGroups]] = useState(() => firstQuestion(setup));
  const [route, setRoute] = useState(firstRoute);
  const [groups, setGroups] = useState<readonly string[]>(firstGroups);
  const [answer, setAnswer] = useState<WhatIf | 'failed'>();
  useEffect(() => {
    let current = true;
    askWhatIf(route, groups).then(
      (found) => current && setAnswer(found),
      // No answer to an earlier question may stay in its place.
      () => current && setAnswer('failed'),
    );
    return () => {
      current = false;
    };
  }, [route, groups]);
  return (
    <section className="card" aria-labelledby="what-if-title">
      <h2 id="what-if-title">What if …</h2>
      <label>
        somebody calls
        <select value={route} onChange={({ target }) => setRoute(target.value)}>
          {setup.routes.map((key) => (
            <option key={key}>{key}</option>
          ))}
        </select>
      </label>
      <Groups
        names={setup.subjects.filter(({ kind }) => kind === 'group').map(({ name }) => name)}
        chosen={groups}
        onChange={setGroups}
      />
      <div role="status">
        {answer === 'failed' && (
          <p className="hint">The run could not be asked. Choose once more.</p>
        )}
        {answer !== undefined && answer !== 'failed' && (
          <>
            <p className={`verdict ${answer.effect === 'deny' ? 'bad' : 'good'}`}>
              <span className="status">{statusOf(answer)}</span>
              <span>{escapeControls(answer.sentence)}</span>
            </p>
            <pre>{answer.lines.map(escapeControls).join('\n')}</pre>
          </>
        )}
      </div>
    </section>
  );
}

function Groups({
  names,
  chosen,
  onChange,
}: {
  readonly names: readonly string[];
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
}): ReactElement {
  const [typed, setTyped] = useState('');
  const shown = names.filter((name) => chosen.includes(name) || matchesSearch(name, typed));
  return (
    <fieldset>
      <legend>as a member of</legend>
      {names.length > MANY && (
        <input
          type="search"
          aria-label="Find a group to be a member of"
          placeholder="find a group"
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
        />
      )}
      <div className="checks">
        {shown.map((name) => (
          <label key={name} className="check">
            <input
              type="checkbox"
              checked={chosen.includes(name)}
              onChange={({ target }) =>
                onChange(
                  target.checked ? [...chosen, name] : chosen.filter((other) => other !== name),
                )
              }
            />
            {escapeControls(name)}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** In shadow mode the gateway's answer first, since the rules are not enforced. */
function statusOf({ cell, code, effect }: WhatIf): string {
  const rules = code ?? 'ALLOWED';
  if (cell.mode === 'enforce' || cell.gateway === 'anyone') return rules;
  return effect === 'unknown' ? `PRIOR (${rules})` : `ALLOWED (shadow: ${rules})`;
}
