/**
 * The report on a token for people and for programs. It holds names out of the claims, and no
 * letter of the token's own text.
 */
import { code } from '../access-map/report/problems.ts';
import { cellText } from '../verdicts/cells.ts';
import type { Finding, TokenCaller, TokenReport } from '../verdicts/token-report.ts';
import { type Io, paint } from './shell/io.ts';
import { foundProblem } from './shell/problem-json.ts';

/** The signature needs the issuer's keys, and nothing is fetched here. */
const NOT_CHECKED =
  'offline: the signature was not checked, nor whether Okta has revoked the token';

export function tokenLines(
  { findings, caller }: TokenReport,
  io: Pick<Io, 'color'>,
): readonly string[] {
  const verdict =
    findings.length === 0
      ? paint(io, 'green', 'nothing is wrong with this token')
      : `${paint(io, 'red', 'refused')}: ${findings.map(({ code: name, reason }) => `${name} (${reason})`).join(', ')}`;
  return [
    verdict,
    ...findings.flatMap(findingLines),
    ...(caller ? callerLines(caller, findings.length === 0) : []),
    NOT_CHECKED,
  ];
}

function findingLines({ says, detail, fix, okta }: Finding): readonly string[] {
  return [
    `  ${says}`,
    ...(detail === undefined ? [] : [`    ${detail}`]),
    ...(fix === undefined ? [] : [`    fix: ${fix}`]),
    ...(okta === undefined ? [] : [`    Okta Admin Console: ${okta}`]),
  ];
}

function callerLines(caller: TokenCaller, accepted: boolean): readonly string[] {
  const { kind, uid, cid, block, groups, unmapped, routes, shadow, expiresAt } = caller;
  const from = block === undefined ? '' : `, okta block ${code(block)}`;
  const ends =
    expiresAt === undefined || !accepted
      ? ''
      : `, until ${new Date(expiresAt * 1_000).toISOString()}`;
  const unknown = unmapped.map(
    ({ name, nearest }) =>
      `${code(name)}${nearest === undefined ? '' : ` (did you mean ${code(nearest)}?)`}`,
  );
  return [
    kind === 'user'
      ? `user ${code(uid ?? '')} through client ${code(cid)}${from}${ends}`
      : `machine ${code(cid)}${from}${ends}`,
    `  groups that count: ${listed(groups.map(code))}`,
    ...(kind === 'user' ? [`  groups in the token that do not: ${listed(unknown)}`] : []),
    `  routes it ${accepted ? 'may call' : 'could call'}: ${listed(routes.map(code))}`,
    ...shadow.map((cell) => `    ${code(cell.route)}: ${cellText(cell)}`),
  ];
}

const listed = (names: readonly string[]): string =>
  names.length === 0 ? 'none' : names.join(', ');

export const tokenJson = ({ findings, caller }: TokenReport) => ({
  ok: findings.length === 0,
  problems: findings.map(({ code: name, reason, says, detail, fix, okta }) =>
    foundProblem(
      name,
      [`${says} (${reason})`, detail, fix ?? okta].filter((part) => part !== undefined).join(': '),
    ),
  ),
  signature: 'not checked',
  refusals: findings.map(({ code: name, reason, says, detail, fix, okta }) => ({
    code: name,
    reason,
    says,
    detail,
    fix,
    okta,
  })),
  ...(caller && { caller }),
});
