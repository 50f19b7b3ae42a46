/** People of the local Okta org: what an administrator does to them, and a token dies of. */
import { type ReactElement, useState } from 'react';
import type { ConsoleSetup, OrgAnswer, OrgChange, OrgChangeName } from '../wire.ts';
import { escapeControls } from './escape-controls.ts';
import { clockTime } from './format.ts';

interface Props {
  readonly setup: ConsoleSetup;
  /** The `uid` of the signed-in user, who is shown first. */
  readonly uid: unknown;
}

const FOLLOWED = (
  <>
    The event hook that <code>okta apply</code> makes tells the gateway. An older token is refused
    in seconds.
  </>
);
const NOT_FOLLOWED = (
  <>
    The map has no <code>okta.revocation</code>: a token is good until it ends, whatever happens
    here.
  </>
);

const ON_PERSON: readonly (readonly [OrgChangeName, string])[] = [
  ['deactivate', 'Deactivate'],
  ['reactivate', 'Reactivate'],
  ['endSessions', 'End sessions'],
];
const ON_GROUP: readonly (readonly [OrgChangeName, string])[] = [
  ['leave', 'Take away'],
  ['join', 'Give'],
];

async function askOrg(change: OrgChange): Promise<OrgAnswer> {
  const answer = await fetch('/api/org', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(change),
  }).catch(() => undefined);
  return answer === undefined
    ? { done: false, sentence: 'Nothing has changed: the run does not answer.' }
    : ((await answer.json()) as OrgAnswer);
}

export function People({ setup, uid: ownUid }: Props): ReactElement {
  const { users, subjects, org } = setup;
  const [chosen, choose] = useState<string>();
  const uid = chosen ?? users.find((user) => user.uid === ownUid)?.uid ?? users[0]?.uid ?? '';
  const groups = subjects.filter(({ kind }) => kind === 'group').map(({ name }) => name);
  const own = users.find((user) => user.uid === uid)?.groups ?? [];
  const [picked, pick] = useState<string>();
  const group = picked ?? own.find((name) => groups.includes(name)) ?? groups[0] ?? '';
  const [said, say] = useState<OrgAnswer & { readonly at: number }>();
  const happen = (change: OrgChangeName): void =>
    void askOrg({ uid, change, group }).then((answer) => say({ ...answer, at: Date.now() }));
  const buttons = (all: typeof ON_PERSON): ReactElement => (
    <div className="checks">
      {all.map(([change, label]) => (
        <button key={change} type="button" onClick={() => happen(change)}>
          {label}
        </button>
      ))}
    </div>
  );
  return (
    <section className="card" aria-labelledby="people-title">
      <h2 id="people-title">People in Okta</h2>
      <p className="hint">{org?.followed ? FOLLOWED : NOT_FOLLOWED}</p>
      <Choice
        label="Person"
        value={uid}
        options={users.map((user) => [user.uid, user.login])}
        onChoose={choose}
      />
      {buttons(ON_PERSON)}
      <Choice
        label="Group"
        value={group}
        options={groups.map((name) => [name, name])}
        onChoose={pick}
      />
      {buttons(ON_GROUP)}
      <div role="status">
        {said && (
          <p className={`verdict ${said.done ? 'neutral' : 'bad'}`}>
            {clockTime(said.at)} {escapeControls(said.sentence)}
          </p>
        )}
      </div>
    </section>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, text: string])[];
  readonly onChoose: (value: string) => void;
}

function Choice({ label, value, options, onChoose }: ChoiceProps): ReactElement {
  return (
    <label>
      {label}
      <select value={value} onChange={({ target }) => onChoose(target.value)}>
        {options.map(([key, text]) => (
          <option key={key} value={key}>
            {escapeControls(text)}
          </option>
        ))}
      </select>
    </label>
  );
}
