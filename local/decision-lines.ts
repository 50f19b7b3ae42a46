/** One line for each call, as `npm start` prints it. Never a token. */
import type { Refusal } from '../lambda/core/contract/codes.ts';
import { membersOf } from '../lambda/core/json/json-object.ts';
import { reasonWords } from '../lib/verdicts/reason-words.ts';
import { type OwnAnswer, ownAnswerOf } from './gateway-emulator/own-answer.ts';
import type { CallRecord } from './gateway-emulator/serve-http-api.ts';
import type { RefusalFacts } from './refusal-places.ts';

export interface DecisionPrinter {
  readonly onCall: (record: CallRecord) => void;
  readonly onLine: (line: string) => void;
}

interface LoggedDecision {
  readonly record: 'decision';
  readonly effect: string;
  readonly code?: Refusal['code'];
  readonly reason?: string;
  readonly group?: string;
  readonly route?: string;
  readonly wouldDeny?: boolean;
  readonly rule?: { readonly path: string; readonly at?: string };
  readonly principal?: { readonly kind: string; readonly id: string };
  readonly requestId?: string;
}

interface Names {
  /** Login of a user by uid. */
  readonly userOf: (uid: string) => string | undefined;
  /** Entry of the map that a refusal is about, with its place. */
  readonly entryOf: (refusal: RefusalFacts) => string | undefined;
}

/**
 * Prints a line for each call, e.g.
 * `403 GROUP_NOT_ALLOWED no group allows: reader POST /orders, see groups.orders-readers
 * (access.yaml:43:3)`: the status from the gateway, the code with its reason and the caller from
 * what the function logged for the same request, which is always told before the call is answered.
 */
export function createDecisionPrinter(
  print: (line: string) => void,
  userOf: Names['userOf'],
  entryOf: Names['entryOf'] = () => undefined,
): DecisionPrinter {
  const names: Names = { userOf, entryOf };
  const decisions = new Map<string, LoggedDecision>();
  return {
    onCall: (record) => {
      print(callLine(record, decisions.get(record.requestId), names));
      decisions.delete(record.requestId);
    },
    onLine: (line) => {
      const decision = readDecision(line);
      if (decision?.requestId !== undefined) decisions.set(decision.requestId, decision);
      else if (!isRefusalByThrow(line) && !isMetric(line)) print(`    function: ${line}`);
    },
  };
}

function callLine(record: CallRecord, decision: LoggedDecision | undefined, names: Names): string {
  const { status, method, path, authorization } = record;
  const quoted = JSON.stringify(`${method} ${path}`).slice(1, -1);
  if (decision !== undefined) {
    const shadow = decision.wouldDeny === true ? ['(shadow: passed)'] : [];
    const head = [status, ...shadow, codeText(decision), ...nameOf(decision, names.userOf), quoted];
    return `${head.join(' ')}${placeText(decision, names)}${failureText(record)}`;
  }
  const own = ownAnswerOf(record);
  const why =
    own === undefined
      ? [authorization, record.error].filter((part) => part !== undefined).join(': ')
      : OWN_ANSWERS[own];
  return `${status} ${quoted}${why === '' ? '' : ` (${why})`}`;
}

/** Why a call failed that the authorizer let pass; the record of a refused call says why. */
const failureText = ({ integrationFailed, error }: CallRecord): string =>
  integrationFailed === true ? `, but the integration failed: ${error}` : '';

const OWN_ANSWERS: Readonly<Record<OwnAnswer, string>> = {
  noHeader: 'no Authorization header',
  emptyHeader: 'an empty Authorization header',
  noRoute: 'no such route',
  tooLarge: 'request line and headers too large',
};

/** `ALLOWED`, `TOKEN_CLAIMS cid missing or malformed:`. */
function codeText({ code, reason }: LoggedDecision): string {
  if (code === undefined) return 'ALLOWED';
  return reason === undefined ? code : `${code} ${reasonWords({ code, reason } as Refusal)}:`;
}

/** The entry of the map that decided; where none did, the one that the refusal is about. */
function placeText(decision: LoggedDecision, { entryOf }: Names): string {
  const { code, rule } = decision;
  if (rule !== undefined) return ` by ${ruleText(rule)}`;
  const entry = code && entryOf({ ...decision, code });
  return entry === undefined ? '' : `, see ${entry}`;
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
  const json = membersOf(line);
  return json['record'] === 'decision' ? (json as unknown as LoggedDecision) : undefined;
}

/**
 * A thrown `Unauthorized` is how 401 is asked for, `AuthorizerFailure` how 500 is: the record of
 * the decision, or of the fault, has said why, and stacks lead into a bundle that is gone with the
 * run.
 */
function isRefusalByThrow(line: string): boolean {
  const message = membersOf(line)['errorMessage'];
  return message === 'Unauthorized' || message === 'AuthorizerFailure';
}

/** Metrics are for CloudWatch; the files have those of the decisions. */
const isMetric = (line: string): boolean => membersOf(line)['_aws'] !== undefined;
