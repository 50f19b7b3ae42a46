/** What is left of the caller's quotas, and when it is all there again. */

import type { Quota, QuotaWindow } from 'okta-group-authorizer-client';
import { usePermissions } from 'okta-group-authorizer-client/react';
import { type ReactElement, useEffect, useState } from 'react';
import { escapeControls } from './escape-controls.ts';

function useSecond(): number {
  const [second, setSecond] = useState(() => Date.now() / 1_000);
  useEffect(() => {
    const timer = setInterval(() => setSecond(Date.now() / 1_000), 1_000);
    return () => clearInterval(timer);
  }, []);
  return second;
}

export function Quotas(): ReactElement {
  const { answer } = usePermissions().state();
  const quotas = answer?.quotas ?? [];
  return (
    <section className="card" aria-labelledby="quota-title">
      <h2 id="quota-title">Quotas</h2>
      {quotas.length === 0 && (
        <p className="hint">
          {answer === undefined ? 'Sign in to see yours.' : 'None of your calls is counted.'}
        </p>
      )}
      {quotas.map((quota) => (
        <Meters key={quota.name} quota={quota} />
      ))}
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

function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  if (whole < 120) return `${whole} s`;
  if (whole < 7_200) return `${Math.round(whole / 60)} min`;
  if (whole < 172_800) return `${Math.round(whole / 3_600)} h`;
  return `${Math.round(whole / 86_400)} days`;
}
