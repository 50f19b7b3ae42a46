/** What is left of the caller's quotas, and when it is all there once more. */
import type { Quota, QuotaWindow } from 'okta-group-authorizer-client';
import { usePermissions } from 'okta-group-authorizer-client/react';
import type { ReactElement } from 'react';
import type { AccessState } from './access-state.ts';
import { escapeControls } from './escape-controls.ts';
import { clockTime, formatDuration } from './format.ts';
import { useSecond } from './use-second.ts';

interface Props {
  readonly access: AccessState;
  /** When the permissions endpoint last answered, in milliseconds since 1970. */
  readonly since: number | undefined;
}

export function Quotas({ access, since }: Props): ReactElement {
  const { answer } = usePermissions().state();
  const quotas = access.kind === 'ready' ? (answer?.quotas ?? []) : [];
  return (
    <section className="card" aria-labelledby="quota-title">
      <h2 id="quota-title">Quotas</h2>
      {quotas.length === 0 && (
        <p className="hint">
          {access.kind === 'ready' ? 'None of your calls is counted.' : access.text}
        </p>
      )}
      {quotas.map((quota) => (
        <Meters key={quota.name} quota={quota} />
      ))}
      {quotas.length > 0 && since !== undefined && <p className="hint">as of {clockTime(since)}</p>}
    </section>
  );
}

function Meters({ quota }: { readonly quota: Quota }): ReactElement {
  const second = useSecond();
  return (
    <>
      {quota.windows.map((window) => (
        <Meter key={window.per} name={quota.name} window={window} second={second} />
      ))}
    </>
  );
}

interface MeterProps {
  readonly name: string;
  readonly window: QuotaWindow;
  readonly second: number;
}

function Meter({
  name,
  window: { per, limit, remaining, resetsAt },
  second,
}: MeterProps): ReactElement {
  const left = second >= resetsAt ? limit : remaining;
  const text = left === undefined ? `${limit} a ${per}` : `${left} of ${limit} left this ${per}`;
  return (
    <div className="quota">
      <p>
        <b>{escapeControls(name)}</b> <span>{text}</span>
      </p>
      {left !== undefined && (
        <meter
          min={0}
          max={limit}
          low={limit / 10}
          optimum={limit}
          value={left}
          aria-label={`${escapeControls(name)}: ${text}`}
        />
      )}
      <p className="hint">
        {left === limit || left === undefined
          ? 'full'
          : `full again in ${formatDuration(resetsAt - second)}`}
      </p>
    </div>
  );
}
