/** Differences of which API the authorizer stands in front of, and how it is attached. */
import type { ApiSettings } from '../api.ts';
import type { AttachSettings } from '../attach.ts';
import { type Change, changed, changedSet, EITHER, LETS_IN } from './change.ts';

export function diffAttachment(was: ApiSettings, is: ApiSettings): readonly Change[] {
  const what = (key: string) => ({ kind: 'setting', subject: `api.${key}` }) as const;
  return [
    ...changed(what('authorizerOnly'), on(was.authorizerOnly), on(is.authorizerOnly), false),
    // The API that is left gets back what it had before.
    ...changed(what('attachTo'), targetOf(was.attachTo), targetOf(is.attachTo), was.attachTo !== undefined),
    ...(was.attachTo && is.attachTo ? diffManner(was.attachTo, is.attachTo) : []),
  ];
}

function diffManner(was: AttachSettings, is: AttachSettings): readonly Change[] {
  const what = (key: string) => ({ kind: 'setting', subject: `api.attachTo.${key}` }) as const;
  return [
    ...changed(what('onUnmapped'), was.onUnmapped, is.onUnmapped, is.onUnmapped === 'leave'),
    // Our authorizer and somebody else's: neither lets in less for certain.
    ...changedSet(what('replace'), was.replace, is.replace, EITHER),
    ...changedSet(what('accept'), was.accept, is.accept, LETS_IN),
    ...changed(what('dryRun'), on(was.dryRun), on(is.dryRun), is.dryRun),
    // What others have not published yet goes live.
    ...changed(what('publishPending'), on(was.publishPending), on(is.publishPending), is.publishPending),
  ];
}

const on = (value: boolean): string => String(value);

function targetOf(attachTo: AttachSettings | undefined): string | undefined {
  if (attachTo === undefined) return undefined;
  return attachTo.stage === undefined ? attachTo.apiId : `${attachTo.apiId}, stage ${attachTo.stage}`;
}
