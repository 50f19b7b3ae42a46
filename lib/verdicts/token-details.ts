/** What a token has, and what the map expects. */
import type { Refusal } from '../../lambda/core/contract/codes.ts';
import { DAY_SECONDS, HOUR_SECONDS } from '../../lambda/core/contract/periods.ts';
import type { AccessModel } from '../../lambda/core/model/model.ts';
import type { OktaModel } from '../../lambda/core/model/model-file.ts';
import type { Claims } from '../../lambda/core/token/principal.ts';
import { code } from '../access-map/report/problems.ts';

/** Details about a token whose issuer the map does not name; undefined for other refusals. */
export function issuerDetail(
  { code: refused }: Refusal,
  { iss }: Claims,
  model: AccessModel,
): string | undefined {
  if (refused !== 'TOKEN_ISSUER' && refused !== 'TOKEN_TYPE') return undefined;
  const issuers = model.okta.flatMap(({ issuers: hosts }) => hosts);
  return `expected \`iss\` ${issuers.map(code).join(' or ')}, found ${shown(iss)}`;
}

/** Details about a token of this okta block. */
export function claimDetail(
  { code: refused, reason }: Refusal,
  { aud, cid, exp, iat }: Claims,
  okta: OktaModel,
  nowSeconds: number,
): string | undefined {
  switch (refused) {
    case 'TOKEN_AUDIENCE':
      return `expected \`aud\` ${code(okta.audience)}, found ${shown(aud)}`;
    case 'TOKEN_CLIENT':
      return `expected \`cid\` ${okta.clients === 'any' ? 'of any client' : okta.clients.map(code).join(' or ')}, found ${shown(cid)}`;
    case 'TOKEN_EXPIRED':
      return `it expired ${elapsed(nowSeconds - Number(exp))} ago, at ${timeOf(exp)}`;
    case 'TOKEN_CLAIMS':
      if (reason === 'lifetime_too_long')
        return `it lives ${elapsed(Number(exp) - Number(iat))}, at most ${elapsed(okta.maxTokenLifetimeSeconds)} is accepted`;
      return reason === 'issued_in_the_future' ? `it was issued at ${timeOf(iat)}` : undefined;
    case 'GROUPS_MISSING':
      return `the map reads the groups from ${okta.groupsClaims.map(code).join(', ')}${okta.groupPrefix === '' ? '' : `, names with the prefix ${code(okta.groupPrefix)} alone`}`;
    default:
      return undefined;
  }
}

/** A decoded claim, shortened; what looks like a token is never shown. */
function shown(claim: unknown): string {
  if (claim === undefined) return 'none';
  return code(typeof claim === 'string' ? claim : JSON.stringify(claim));
}

const timeOf = (second: unknown): string => {
  const date = new Date(Number(second) * 1_000);
  return Number.isNaN(date.getTime()) ? 'an impossible time' : date.toISOString();
};

/** `3 h`, `5 min`, `10 s`: the largest unit that fits. */
function elapsed(seconds: number): string {
  const units = [
    [DAY_SECONDS, 'd'],
    [HOUR_SECONDS, 'h'],
    [60, 'min'],
  ] as const;
  const unit = units.find(([size]) => seconds >= size);
  return unit
    ? `${Math.floor(seconds / unit[0])} ${unit[1]}`
    : `${Math.max(0, Math.floor(seconds))} s`;
}
