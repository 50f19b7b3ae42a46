/** What verify says of an org. */
import type {
  OktaCodeOf,
  OktaFindingCode,
  VerifyLevel,
} from '../../lambda/core/contract/okta-findings.ts';
import { code } from '../access-map/report/problems.ts';
import { isAccepted } from './accepted-fields.ts';

export interface VerifyFinding<
  Code extends OktaFindingCode = OktaFindingCode,
  Level extends VerifyLevel = VerifyLevel,
> {
  /** An error makes calls fail or wrongly succeed; a warning may be meant; a note is a measure. */
  readonly level: Level;
  readonly code: Code;
  readonly text: string;
  /** The field of the finding, which `okta.manage.accepted` may list. */
  readonly field?: string;
}

/** One that `okta verify --as` repeats beside a token: what may change it, and is not evaluated. */
export type UnevaluatedFinding = VerifyFinding<OktaCodeOf<'unjudged'>>;

/** One function for several levels takes the codes that have each of them. */
export const findingOf =
  <Level extends VerifyLevel>(level: Level) =>
  <Code extends OktaCodeOf<Level>>(
    finding: Code,
    text: string,
    field?: string,
  ): VerifyFinding<Code, Level> => ({
    level,
    code: finding,
    text,
    ...(field === undefined ? {} : { field }),
  });

export const error = findingOf('error');
export const warning = findingOf('warning');
export const note = findingOf('note');

/** One finding for each text: several clients meet the same rule. */
export const distinct = <Finding extends VerifyFinding>(
  findings: readonly Finding[],
): readonly Finding[] => [...new Map(findings.map((finding) => [finding.text, finding])).values()];

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
