/**
 * Evaluates IAM policies for `execute-api:Invoke` the way the gateway does for an authorizer's
 * answer. It shares no code with the product, whose policies it evaluates. Source: IAM User Guide,
 * "Policy evaluation logic" and "IAM JSON policy elements: Resource".
 */

import { isObject } from '../lambda/core/json/json-object.ts';
import { matchesWildcard, type WildcardToken } from './wildcard.ts';

export type PolicyVerdict = 'allow' | 'explicitDeny' | 'implicitDeny';

/** The policy is not one that IAM, or this evaluator, can evaluate; nothing is allowed with it. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
}

/** A policy that was read once and can be asked about many calls. */
export type PolicyEvaluator = (resourceArn: string, action?: string) => PolicyVerdict;

type Pattern = readonly WildcardToken[];

interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: ElementList<Pattern>;
  readonly resources: ElementList<'every' | readonly Pattern[]>;
}

interface ElementList<T> {
  readonly negated: boolean;
  readonly values: readonly T[];
}

const invokeAction = 'execute-api:Invoke';
const versions = ['2012-10-17', '2008-10-17'];
const statementKeys = [
  'Sid',
  'Effect',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
];

/**
 * The verdict on one call: an explicit Deny wins over every Allow, and without a matching statement
 * the deny is implicit.
 * @param resourceArn of the call: `arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/PATH`
 * @throws PolicyError for a document that is malformed or uses what is not evaluated here
 * (conditions, policy variables)
 */
export function evaluatePolicy(
  document: unknown,
  resourceArn: string,
  action?: string,
): PolicyVerdict {
  return policyEvaluator(document)(resourceArn, action);
}

/**
 * Reads a policy once, for many calls: the patterns are most of the work.
 * @throws PolicyError as `evaluatePolicy`; the evaluator itself throws for what is no ARN
 */
export function policyEvaluator(document: unknown): PolicyEvaluator {
  const statements = parsePolicy(document);
  return (resourceArn, action = invokeAction) => {
    const asked = action.toLowerCase();
    const parts = splitArn(resourceArn);
    const hits = statements.filter(
      ({ actions, resources }) =>
        applies(actions, (pattern) => matchesWildcard(pattern, asked)) &&
        applies(resources, (pattern) => matchesArn(pattern, parts)),
    );
    if (hits.some(({ effect }) => effect === 'Deny')) return 'explicitDeny';
    return hits.length > 0 ? 'allow' : 'implicitDeny';
  };
}

function applies<T>(list: ElementList<T>, matches: (value: T) => boolean): boolean {
  return list.values.some(matches) !== list.negated;
}

function parsePolicy(document: unknown): readonly Statement[] {
  if (!isObject(document))
    throw new PolicyError(`policy document: expected an object, found ${describe(document)}`);
  const stray = Object.keys(document).find((key) => !['Version', 'Id', 'Statement'].includes(key));
  if (stray !== undefined)
    throw new PolicyError(
      `policy document: expected Version, Id and Statement, found \`${stray}\``,
    );
  const version = document['Version'] ?? '2008-10-17';
  if (typeof version !== 'string' || !versions.includes(version)) {
    throw new PolicyError(
      `policy Version: expected ${versions.join(' or ')}, found ${describe(version)}`,
    );
  }
  const statement = document['Statement'];
  const list: readonly unknown[] = Array.isArray(statement) ? statement : [statement];
  return list.map((one, index) => parseStatement(one, `Statement[${index}]`, version));
}

function parseStatement(value: unknown, at: string, version: string): Statement {
  if (!isObject(value))
    throw new PolicyError(`${at}: expected an object, found ${describe(value)}`);
  const stray = Object.keys(value).find((key) => !statementKeys.includes(key));
  if (stray !== undefined)
    throw new PolicyError(`${at}: expected ${statementKeys.join(', ')}, found \`${stray}\``);
  const effect = value['Effect'];
  if (effect !== 'Allow' && effect !== 'Deny')
    throw new PolicyError(`${at}.Effect: expected Allow or Deny, found ${describe(effect)}`);
  const condition = value['Condition'];
  if (condition !== undefined && !(isObject(condition) && Object.keys(condition).length === 0)) {
    throw new PolicyError(`${at}.Condition: conditions are not evaluated here`);
  }
  const actions = parseElement(value, 'Action', at);
  const resources = parseElement(value, 'Resource', at);
  return {
    effect,
    actions: {
      ...actions,
      values: actions.values.map((text) => tokens(text.toLowerCase(), version)),
    },
    resources: {
      ...resources,
      values: resources.values.map((text) => parseResource(text, version)),
    },
  };
}

function parseElement(
  statement: Readonly<Record<string, unknown>>,
  name: 'Action' | 'Resource',
  at: string,
): ElementList<string> {
  const negatedName = `Not${name}`;
  const negated = negatedName in statement;
  if (negated === name in statement)
    throw new PolicyError(`${at}: expected either ${name} or ${negatedName}`);
  const value = statement[negated ? negatedName : name];
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (values.length === 0)
    throw new PolicyError(`${at}.${negated ? negatedName : name}: expected at least one entry`);
  const text = values.filter((entry) => typeof entry === 'string');
  if (text.length !== values.length)
    throw new PolicyError(
      `${at}.${negated ? negatedName : name}: expected text, found ${describe(value)}`,
    );
  return { negated, values: text };
}

/**
 * Wildcards stay within their colon-separated part; the sixth part is all the rest, since a path
 * may hold colons.
 */
function parseResource(pattern: string, version: string): 'every' | readonly Pattern[] {
  return pattern === '*' ? 'every' : splitArn(pattern).map((part) => tokens(part, version));
}

function matchesArn(pattern: 'every' | readonly Pattern[], arn: readonly string[]): boolean {
  return (
    pattern === 'every' || pattern.every((part, index) => matchesWildcard(part, arn[index] ?? ''))
  );
}

function splitArn(arn: string): readonly string[] {
  const parts = arn.split(':');
  if (parts.length < 6 || parts[0] !== 'arn')
    throw new PolicyError(`resource: expected an ARN of six parts or *, found \`${arn}\``);
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}

/**
 * Reads `*` and `?`, and the escapes `${*}` `${?}` `${$}` that version 2012-10-17 has for the
 * characters themselves.
 */
function tokens(pattern: string, version: string): Pattern {
  const hasVariables = version === '2012-10-17';
  const found: WildcardToken[] = [];
  for (const [piece] of pattern.matchAll(/\$\{[^}]*\}|[\s\S]/g)) {
    if (piece === '*') found.push({ kind: 'any' });
    else if (piece === '?') found.push({ kind: 'one' });
    else if (piece.length <= 1) found.push({ kind: 'char', char: piece });
    else if (!hasVariables) found.push(...[...piece].map(asToken));
    else if (/^\$\{[*?$]\}$/.test(piece)) found.push({ kind: 'char', char: piece.charAt(2) });
    else throw new PolicyError(`policy variables are not evaluated here: found \`${piece}\``);
  }
  return found;
}

function asToken(char: string): WildcardToken {
  if (char === '*') return { kind: 'any' };
  return char === '?' ? { kind: 'one' } : { kind: 'char', char };
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (value === null) return 'null';
  return typeof value === 'string' ? `\`${value}\`` : typeof value;
}
