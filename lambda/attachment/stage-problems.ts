/** What forbids to publish an API. Pure. */

import type { AttachmentRequest } from '../core/contract/attachment-request.ts';
import { joinWithLimit, type LiveApi, type LiveRoute, ownStages } from '../gateway/live-api.ts';
import type { AttachmentState } from './attachment-state.ts';

/** What forbids to publish: publishing makes all pending edits of the API live, not only ours. */
export function stageProblems(
  { stage, publishPending }: AttachmentRequest,
  { api, record }: AttachmentState,
): readonly string[] {
  if (api.kind === 'http') {
    const manual = api.stages.filter(({ autoDeploy }) => !autoDeploy);
    if (manual.length === 0 || publishPending) return [];
    return [
      `expected stages of API \`${api.id}\` that deploy automatically, found ${joinWithLimit(manual.map(({ name }) => name))}, where pending edits cannot be detected: turn on automatic deployment, or set \`attachTo.publishPending\``,
    ];
  }
  const found: string[] = [];
  const own = { ...api, stages: ownStages(api, stage) };
  if (own.stages.some(({ canary }) => canary))
    found.push(
      `expected the stage \`${stage}\` without a canary, found one: promote or delete it first`,
    );
  const pending = record.unpublished ? [] : pendingEdits(own);
  if (pending.length > 0 && !publishPending) {
    found.push(
      `expected the stage \`${stage}\` to serve API \`${api.id}\` as it is, found edits that are not deployed at ${joinWithLimit(pending)}: deploy them, or set \`attachTo.publishPending\``,
    );
  }
  return found;
}

function pendingEdits({ routes, stages, pendingEdits: others }: LiveApi): readonly string[] {
  const differs = ({ key, authorization, apiKeyRequired }: LiveRoute): boolean =>
    stages.some(
      ({ served, servedKeyed }) =>
        served?.has(key) === true &&
        (served.get(key) !== authorization.type ||
          (servedKeyed !== undefined && servedKeyed.has(key) !== apiKeyRequired)),
    );
  return [...new Set([...others, ...routes.filter(differs).map(({ key }) => key)])].sort();
}
