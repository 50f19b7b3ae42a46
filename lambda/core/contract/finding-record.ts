/**
 * A finding of the detector: one JSON line of its own log, which saved queries and the operator's
 * filters read. docs/reference/audit.md explains both kinds.
 */

export const FINDING_KIND = 'finding';
export const FINDING_VERSION = 1;

/** The condition of a query of CloudWatch Logs Insights on findings alone. */
export const IS_FINDING = `record = "${FINDING_KIND}"`;

/** Value of `finding`. */
export const FINDING = {
  probing: 'probing_principal',
  newGroup: 'new_group_on_sensitive_route',
} as const;

interface FindingFields<Finding extends (typeof FINDING)[keyof typeof FINDING]> {
  readonly record: typeof FINDING_KIND;
  readonly v: typeof FINDING_VERSION;
  readonly finding: Finding;
  /** Equal for equal findings. */
  readonly id: string;
  /** ISO 8601, UTC, milliseconds. */
  readonly time: string;
}

export interface ProbingRecord extends FindingFields<typeof FINDING.probing> {
  readonly principal: string;
  readonly routes: readonly string[];
}

export interface NewGroupRecord extends FindingFields<typeof FINDING.newGroup> {
  readonly route: string;
  readonly group: string;
}
