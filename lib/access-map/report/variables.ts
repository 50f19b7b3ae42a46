/** Variables and templates that somebody else fills in: a map is read as it is written. */
import type { Report } from './cursor.ts';
import { eachText } from './each-text.ts';
import { code, type Detail } from './problems.ts';

/**
 * `${OKTA_ISSUER}`, `{{ issuer }}` of a template, `$CLIENT` and `%CLIENT%` as a whole value; a
 * token of the CDK has its value later.
 */
const VARIABLE =
  /\$\{(?!Token\[)[A-Za-z_][\w.:-]*\}|\{\{[^{}]*\}\}|^\$[A-Z_][A-Z0-9_]*$|^%[A-Z_][A-Z0-9_]*%$|<%=?.*%>/;

const NO_VARIABLE =
  'a map reads no variables: write the value, an overlay holds what differs between stages';

/** The variable in a text; undefined where there is none. */
export const variableIn = (text: string): string | undefined => VARIABLE.exec(text)?.[0];

/** What is wrong with a text that has one. */
export const noVariable = (found: string): Detail => ({
  expected: 'a value',
  found,
  fix: NO_VARIABLE,
});

/** @returns pointers of the reported values, so that no other check reports them again. */
export function reportVariables(data: unknown, report: Report): readonly string[] {
  const reported: string[] = [];
  eachText(data, (text, pointer, of) => {
    const variable = variableIn(text);
    if (variable === undefined) return;
    report.error('VALUE_INVALID', pointer, noVariable(code(variable)), of);
    if (of === 'value') reported.push(pointer);
  });
  return reported;
}
