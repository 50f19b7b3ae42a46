/** What an org has answered to one verify, redacted: the way to report a fault. */

import type { DesiredOrg } from './desired-org.ts';
import { kindOf } from './okta-enumerations.ts';
import type { Json, OktaOrg } from './org.ts';
import { Redactor } from './redact.ts';
import type { VerifyFinding } from './verify-finding.ts';

export interface RecordedCall {
  readonly call: 'list' | 'first' | 'get' | 'orgIdAt';
  readonly path: string;
  /** Absent where Okta answered that there is nothing. */
  readonly answer?: Json;
}

export interface Recording {
  readonly format: 'okta-group-authorizer/okta-recording';
  readonly version: 2;
  readonly org: string;
  /** What the maps want there, redacted alike. */
  readonly desired: Json;
  readonly calls: readonly RecordedCall[];
  /** What verify said of it, without what is named: a replay must find the same. */
  readonly verdict: readonly RecordedFinding[];
}

export interface RecordedFinding {
  readonly level: VerifyFinding['level'];
  readonly code: VerifyFinding['code'];
  /** The finding's words; names are `…`, and what has a digit is `#`. */
  readonly says: string;
}

/** What findings say of any org: names are between backticks, numbers and ids have digits. */
export const verdictOf = (findings: readonly VerifyFinding[]): readonly RecordedFinding[] =>
  findings.map(({ level, code, text }) => ({
    level,
    code,
    says: text
      .replace(/`[^`]*`(?:, `[^`]*`)*/g, '`…`')
      .replace(/[\p{L}\p{N}_,.-]*\p{N}[\p{L}\p{N}_,.-]*/gu, '#'),
  }));

/** The org, and all that it answers. */
export function recorded(org: OktaOrg): {
  readonly org: OktaOrg;
  readonly recordingOf: (desired: DesiredOrg, findings: readonly VerifyFinding[]) => Recording;
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
        throw new Error('a recorded org is not written');
      },
    },
    recordingOf: (desired, findings) => ({
      ...recordingOf(org.url, desired, calls),
      verdict: verdictOf(findings),
    }),
  };
}

function recordingOf(
  url: string,
  desired: DesiredOrg,
  calls: readonly RecordedCall[],
): Omit<Recording, 'verdict'> {
  const redactor = new Redactor();
  const decoded = (path: string): string => redactor.text(decodeURIComponent(path));
  return {
    format: 'okta-group-authorizer/okta-recording',
    version: 2,
    org: redactor.text(url),
    desired: redactor.value('desired', JSON.parse(JSON.stringify(desired)) as Json),
    calls: calls.map(({ call, path, answer }) => ({
      call,
      path: decoded(path),
      ...(answer === undefined ? {} : { answer: redactor.value(kindOf(path), answer) }),
    })),
  };
}
