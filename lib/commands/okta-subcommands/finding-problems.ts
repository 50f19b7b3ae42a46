/** Findings of a plan as problems of `--json`: those that somebody must put right. */
import type { Finding } from '../../okta/plan-part.ts';

export const findingProblems = (findings: readonly Finding[]) =>
  findings
    .filter(({ level }) => level === 'blocks' || level === 'faults')
    .map(({ level, code, text }) => ({ severity: 'error', code, message: text, level, text }));
