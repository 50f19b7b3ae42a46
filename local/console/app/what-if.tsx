/** The decision for any route and groups, before anybody is in them. */

import { type ReactElement, useEffect, useState } from 'react';
import { escapeControls } from './escape-controls.ts';
import { askWhatIf, type ConsoleSetup, type WhatIf } from './setup.ts';

export function WhatIfPanel({ setup }: { readonly setup: ConsoleSetup }): ReactElement {
  const [route, setRoute] = useState(setup.routes[0] ?? '');
  const [groups, setGroups] = useState<readonly string[]>([]);
  const [answer, setAnswer] = useState<WhatIf>();
  useEffect(() => {
    let current = true;
    void askWhatIf(route, groups).then((found) => current && setAnswer(found));
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
      <fieldset>
        <legend>as a member of</legend>
        {setup.groups.map(({ name }) => (
          <label key={name} className="check">
            <input
              type="checkbox"
              checked={groups.includes(name)}
              onChange={({ target }) =>
                setGroups(
                  target.checked ? [...groups, name] : groups.filter((other) => other !== name),
                )
              }
            />
            {escapeControls(name)}
          </label>
        ))}
      </fieldset>
      <div role="status">
        {answer && (
          <>
            <p className={`verdict ${answer.effect === 'allow' ? 'good' : 'bad'}`}>
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

/** In shadow mode the gateway's answer first, since the rules are not enforced. */
function statusOf({ cell, code, effect }: WhatIf): string {
  const rules = code ?? 'ALLOWED';
  if (cell.mode === 'enforce' || cell.gateway === 'anyone') return rules;
  return effect === 'unknown' ? `PRIOR (${rules})` : `ALLOWED (shadow: ${rules})`;
}
