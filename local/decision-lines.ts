/** One line for each call, as `npm start` prints it. Never a token. */
import type { CallRecord } from './gateway/http-api.ts';

export interface DecisionPrinter {
  readonly onCall: (record: CallRecord) => void;
  readonly onLine: (line: string) => void;
}

interface LoggedDecision {
  readonly record: 'decision';
  readonly effect: string;
  readonly code?: string;
  readonly wouldDeny?: boolean;
  readonly rule?: { readonly path: string; readonly at?: string };
  readonly principal?: { readonly kind: string; readonly id: string };
  readonly requestId?: string;
}

/**
 * Prints a line for each call, e.g. `403 GROUP_NOT_ALLOWED reader POST /orders`: the status from
 * the gateway, the code and caller from what the function logged for the same request, which is
 * always told before the call is answered.
 */
export function createDecisionPrinter(
  print: (line: string) => void,
  userOf: (uid: string) => string | undefined,
): DecisionPrinter {
  const decisions = new Map<string, LoggedDecision>();
  return {
    onCall: (record) => {
      print(callLine(record, decisions.get(record.requestId), userOf));
      decisions.delete(record.requestId);
    },
    onLine: (line) => {
      const decision = readDecision(line);
      if (decision?.requestId !== undefined) decisions.set(decision.requestId, decision);
      else if (!isRefusalByThrow(line) && !isMetric(line)) print(`    function: ${line}`);
    },
  };
}

function callLine(
  record: CallRecord,
  decision: LoggedDecision | undefined,
  userOf: (uid: string) => string | undefined,
): string {
  const { status, method, path, authorization } = record;
  const caller = nameOf(decision, userOf);
  const quoted = JSON.stringify(`${method} ${path}`).slice(1, -1);
  if (decision !== undefined) {
    const { code = 'ALLOWED', wouldDeny, rule } = decision;
    const shadow = wouldDeny === true ? ['(shadow: passed)'] : [];
    return [
      status,
      code,
      ...shadow,
      ...caller,
      quoted,
      ...(rule === undefined ? [] : [`by ${ruleText(rule)}`]),
    ].join(' ');
  }
  const why =
    authorization === undefined
      ? ''
      : ` (${authorization}${record.error === undefined ? '' : `: ${record.error}`})`;
  return `${status} ${quoted}${authorization === 'identity source missing' ? ' (no Authorization header)' : why}`;
}

const ruleText = ({ path, at }: NonNullable<LoggedDecision['rule']>): string =>
  at === undefined ? path : `${path} (${at})`;

function nameOf(
  decision: LoggedDecision | undefined,
  userOf: (uid: string) => string | undefined,
): readonly string[] {
  const { principal } = decision ?? {};
  if (principal === undefined) return [];
  return [
    principal.kind === 'user'
      ? (userOf(principal.id) ?? principal.id).replace(/@example\.com$/, '')
      : principal.id,
  ];
}

function readDecision(line: string): LoggedDecision | undefined {
  const json = parseJson(line);
  return json !== undefined && json['record'] === 'decision'
    ? (json as unknown as LoggedDecision)
    : undefined;
}

/** A thrown `Unauthorized` is how 401 is asked for, and the decision's own line has said why. */
function isRefusalByThrow(line: string): boolean {
  const message = parseJson(line)?.['errorMessage'];
  return message === 'Unauthorized';
}

/** Metrics are for CloudWatch; the files have those of the decisions. */
const isMetric = (line: string): boolean => parseJson(line)?.['_aws'] !== undefined;

function parseJson(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}
