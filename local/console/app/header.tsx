/** Which map this is, and who is signed in: as the one state of access says it. */
import type { ReactElement } from 'react';
import type { ConsoleSetup } from '../wire.ts';
import type { AccessState } from './access-state.ts';
import { escapeControls } from './escape-controls.ts';
import { signIn } from './sign-in.ts';
import { tokenFacts } from './token-facts.ts';

interface Props {
  readonly setup: ConsoleSetup;
  readonly token: string | null;
  readonly access: AccessState;
  readonly onSignOut: () => void;
}

const userOf = ({ users }: ConsoleSetup, token: string | null) =>
  users.find(({ uid }) => uid === tokenFacts(token).uid);

export function Header(props: Props): ReactElement {
  const { setup } = props;
  return (
    <header>
      <div>
        <h1>{escapeControls(setup.name)}</h1>
        <p className="hint">
          {setup.source}, version <code>{setup.mapVersion}</code>
          {setup.servedVersion !== setup.mapVersion && (
            <>
              ; with the issuer of this run <code>{setup.servedVersion}</code>
            </>
          )}
        </p>
      </div>
      <Who {...props} />
    </header>
  );
}

function Who({ setup, token, access, onSignOut }: Props): ReactElement {
  const user = escapeControls(userOf(setup, token)?.login ?? 'a user of your issuer');
  const begin = (): void => void signIn(setup);
  if (access.kind === 'nobody')
    return (
      <div className="who">
        <button type="button" className="primary" onClick={begin}>
          Sign in
        </button>
      </div>
    );
  const isOver = access.kind === 'expired' || access.kind === 'notAccepted';
  return (
    <div className="who">
      <p>
        {isOver ? 'Was signed in as ' : 'Signed in as '}
        <b>{user}</b>
      </p>
      <button type="button" className={isOver ? 'primary' : ''} onClick={begin}>
        {isOver ? 'Sign in once more' : 'Switch user'}
      </button>
      <button type="button" onClick={onSignOut}>
        Sign out
      </button>
    </div>
  );
}
