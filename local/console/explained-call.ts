/** Why one call was answered as it was: its own record explained, and nothing where it has none. */
import type { DecisionRecord } from '../../lambda/core/contract/decision-record.ts';
import { explainRecord } from '../../lib/verdicts/record-explanation.ts';
import type { MapFacts } from './setup.ts';
import type { ExplainedCall, SeenCall } from './wire.ts';

export function explainedCall({ sources, entryOf }: MapFacts, call: SeenCall): ExplainedCall {
  const record = call.record as unknown as DecisionRecord | undefined;
  if (record === undefined) return { call, withoutRecord: withoutRecord(call) };
  const { code } = record;
  const entry = code === undefined ? undefined : entryOf({ ...record, code });
  return { call, explanation: explainRecord(sources, record, entry) };
}

const OWN_ANSWERS: Readonly<Record<NonNullable<SeenCall['ownAnswer']>, string>> = {
  noHeader:
    'The call had no Authorization header, so that the gateway refused it without asking the authorizer.',
  emptyHeader:
    'The Authorization header of the call was empty, so that the gateway refused it without asking the authorizer.',
  noRoute: 'The API has no route for this method and path, so that the gateway answered by itself.',
  tooLarge:
    'The request line and headers are larger than the gateway takes, so that it answered by itself.',
};

function withoutRecord(call: SeenCall): string {
  const { kind, answeredBy, ownAnswer, status, error, integrationFailed } = call;
  if (ownAnswer !== undefined) return OWN_ANSWERS[ownAnswer];
  if (kind === 'preflight')
    return 'A preflight: the browser asked whether it may call, and the gateway answered by itself.';
  if (answeredBy === 'cache')
    return 'The gateway kept the answer to an earlier call with this token and did not ask the authorizer, so that this call has no record of its own.';
  const failed = integrationFailed === true ? ` The integration failed: ${error}` : '';
  if (answeredBy === 'gateway')
    return `The route is public: the gateway asks no authorizer there.${failed}`;
  return status < 500 || error === undefined || failed !== ''
    ? `The authorizer answered and wrote no record: by \`audit\` in the map only a part of the calls is recorded, and equal refusals of a flood share one record.${failed}`
    : `The authorizer failed: ${error}`;
}
