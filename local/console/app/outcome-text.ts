/** What an answer means, in words: read from its record where it has one, else from its status. */
import type { Outcome } from './store.ts';

export interface OutcomeText {
  readonly tone: 'good' | 'bad' | 'neutral';
  readonly status: string;
  readonly text: string;
}

/** @param now seconds since 1970 */
export function outcomeText(outcome: Outcome, now: number): OutcomeText {
  const { status, explained, withToken } = outcome;
  if (status === undefined) return { tone: 'neutral', status: '…', text: 'The call is under way.' };
  if (status === 0)
    return {
      tone: 'bad',
      status: 'no answer',
      text: 'The gateway could not be reached, or its answer may not be read by this page.',
    };
  const { explanation, call } = explained ?? {};
  const head = { tone: status < 400 ? 'good' : 'bad', status: String(status) } as const;
  if (explanation?.code === 'QUOTA_EXCEEDED' && explanation.effect === 'deny')
    return { ...head, text: quotaText(call?.record, now) };
  if (status === 401 && !withToken)
    return { ...head, text: 'Not signed in: the gateway wants a valid access token.' };
  if (explanation?.effect === 'deny')
    return { ...head, text: `${REFUSED[status] ?? 'Refused'}: ${explanation.sentence}.` };
  if (status >= 300) return { ...head, text: `The gateway answers ${status}.` };
  return explanation?.code === undefined
    ? { ...head, text: 'Allowed: the back end has answered.' }
    : { ...head, text: 'Allowed, in shadow mode: the rules would refuse it.' };
}

const REFUSED: { readonly [status: number]: string } = { 401: 'Not accepted', 403: 'Forbidden' };

function quotaText(record: Readonly<Record<string, unknown>> | undefined, now: number): string {
  const quota = record?.['quota'] as { readonly endsAt?: unknown } | undefined;
  const left = Math.ceil(Number(quota?.endsAt) - now);
  return left > 0
    ? `Quota used up. There is room again in ${left} s.`
    : 'Quota was used up. There is room now: call once more.';
}
