/** What verify says of an org. */
import type {
  OktaCodeOf,
  OktaFindingCode,
  VerifyLevel,
} from '../../lambda/core/contract/okta-findings.ts';
import { code } from '../access-map/report/problems.ts';
import { isAccepted } from './accepted-fields.ts';

export interface VerifyFinding {
  /** An error makes calls fail or wrongly succeed; a warning may be meant; a note is a measure. */
  readonly level: VerifyLevel;
  readonly code: OktaFindingCode;
  readonly text: string;
  /** The field of the finding, which `okta.manage.accepted` may list. */
  readonly field?: string;
}

const saying =
  <Level extends VerifyLevel>(level: Level) =>
  (finding: OktaCodeOf<Level>, text: string, field?: string): VerifyFinding => ({
    level,
    code: finding,
    text,
    ...(field === undefined ? {} : { field }),
  });

export const error = saying('error');
export const warning = saying('warning');
export const note = saying('note');

/** A finding that the map accepts becomes a note; the text of any other says how to accept it. */
export const withAccepted = (
  findings: readonly VerifyFinding[],
  accepted: readonly string[],
): readonly VerifyFinding[] =>
  findings.map((finding) => {
    const { field, text } = finding;
    if (field === undefined) return finding;
    if (isAccepted(accepted, field))
      return { ...finding, level: 'note', text: `${text} (accepted)` };
    return {
      ...finding,
      text: `${text}; if it is meant, list ${code(field)} under \`okta.manage.accepted\``,
    };
  });
