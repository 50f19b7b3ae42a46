/** Why one call was answered as it was: its own record explained, or why it has none. */
import type { ReactElement } from 'react';
import type { ExplainedCall } from '../wire.ts';
import { escapeControls } from './escape-controls.ts';

export function Why({
  explained: { call, explanation, withoutRecord },
}: {
  readonly explained: ExplainedCall;
}): ReactElement {
  return (
    <>
      {explanation === undefined ? (
        <p className="hint">{escapeControls(withoutRecord ?? '')}</p>
      ) : (
        <pre>{explanation.lines.map(escapeControls).join('\n')}</pre>
      )}
      {call.record !== undefined && (
        <details>
          <summary>Decision record</summary>
          <pre>{JSON.stringify(call.record, undefined, 2)}</pre>
        </details>
      )}
      <p className="hint">
        request <code>{call.requestId}</code>
      </p>
    </>
  );
}
