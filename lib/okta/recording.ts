/** What an org has answered to one verify, redacted: the way to report a fault. */

import type { DesiredOrg } from './desired-org.ts';
import { OktaError } from './okta-error.ts';
import type { Json, OktaOrg } from './org.ts';
import { Redactor } from './redact.ts';

export interface RecordedCall {
  readonly call: 'list' | 'first' | 'get' | 'orgIdAt';
  readonly path: string;
  /** Absent where Okta answered that there is nothing. */
  readonly answer?: Json;
}

export interface Recording {
  readonly format: 'okta-group-authorizer/okta-recording';
  readonly version: 1;
  readonly org: string;
  /** What the maps want there, redacted alike. */
  readonly desired: Json;
  readonly calls: readonly RecordedCall[];
}

/** The org, and all that it answers. */
export function recorded(org: OktaOrg): {
  readonly org: OktaOrg;
  readonly recordingOf: (desired: DesiredOrg) => Recording;
} {
  const calls: RecordedCall[] = [];
  const keep =
    (call: RecordedCall['call'], path: string) =>
    <Answer extends Json | undefined>(answer: Answer): Answer => {
      calls.push({ call, path, ...(answer === undefined ? {} : { answer }) });
      return answer;
    };
  return {
    org: {
      url: org.url,
      list: (path, query) => org.list(path, query).then(keep('list', path)),
      first: (path, limit) => org.first(path, limit).then(keep('first', path)),
      get: (path) => org.get(path).then(keep('get', path)),
      orgIdAt: (origin) => org.orgIdAt(origin).then(keep('orgIdAt', origin)),
      write: async () => {
        throw new OktaError('a recorded org is not written');
      },
    },
    recordingOf: (desired) => recordingOf(org.url, desired, calls),
  };
}

function recordingOf(url: string, desired: DesiredOrg, calls: readonly RecordedCall[]): Recording {
  const redactor = new Redactor();
  const decoded = (path: string): string => redactor.text(decodeURIComponent(path));
  return {
    format: 'okta-group-authorizer/okta-recording',
    version: 1,
    org: redactor.text(url),
    desired: redactor.value(JSON.parse(JSON.stringify(desired)) as Json),
    calls: calls.map(({ call, path, answer }) => ({
      call,
      path: decoded(path),
      ...(answer === undefined ? {} : { answer: redactor.value(answer) }),
    })),
  };
}
