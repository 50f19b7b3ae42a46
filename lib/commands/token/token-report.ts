/**
 * What can be said of a token without its issuer: every judgement that needs no signature, held
 * against the map.
 */

import { type Refusal, refuse } from '../../../lambda/core/contract/codes.ts';
import { DAY_SECONDS, HOUR_SECONDS } from '../../../lambda/core/contract/periods.ts';
import { decide } from '../../../lambda/core/decision/decide.ts';
import { entitlementsOf } from '../../../lambda/core/decision/entitlements.ts';
import type { AccessModel } from '../../../lambda/core/model/model.ts';
import type { OktaModel } from '../../../lambda/core/model/model-file.ts';
import { decodeToken } from '../../../lambda/core/token/decode-token.ts';
import {
  type Claims,
  isRefusal,
  type Principal,
  principalOf,
} from '../../../lambda/core/token/principal.ts';
import {
  blockOfIssuer,
  checkHeader,
  isIdToken,
  refusalsOfClaims,
} from '../../../lambda/core/token/token-rules.ts';
import { nearest } from '../../access-map/report/nearest.ts';
import { code } from '../../access-map/report/problems.ts';
import { type CodeExplanation, explanationOf } from '../../verdicts/code-explanations.ts';

export interface Finding extends CodeExplanation {
  readonly code: Refusal['code'];
  readonly reason: Refusal['reason'];
  /** Expected and found, where the map says what is expected. */
  readonly detail?: string;
}

export interface TokenReport {
  /** In the order in which the authorizer judges; the first is its answer. */
  readonly findings: readonly Finding[];
  readonly caller: Caller | undefined;
}

export interface Caller {
  readonly kind: Principal['kind'];
  readonly uid: string | undefined;
  readonly cid: string;
  readonly block: string | undefined;
  readonly scopes: readonly string[];
  /** Epoch seconds. */
  readonly expiresAt: number | undefined;
  /** The map's groups that speak for the caller. */
  readonly groups: readonly string[];
  readonly unmapped: readonly { readonly name: string; readonly nearest: string | undefined }[];
  readonly routes: readonly string[];
}

export function reportOnToken(token: string, model: AccessModel, nowSeconds: number): TokenReport {
  const decoded = decodeToken(token);
  if ('code' in decoded) return { findings: [found(decoded)], caller: undefined };
  const { header, payload } = decoded;
  const form = checkHeader(header);
  const kid =
    typeof header['kid'] === 'string' && header['kid'] !== ''
      ? []
      : [refuse('KEY_UNKNOWN', 'kid_missing')];
  const okta = blockOfIssuer(payload, model.okta);
  if ('code' in okta) {
    const kind = isIdToken(payload) ? [refuse('TOKEN_TYPE', 'id_token')] : [];
    const refusals = [...(form ? [form] : []), okta, ...kind];
    return {
      findings: unique(refusals).map((refusal) =>
        found(refusal, issuerDetail(refusal, payload, model)),
      ),
      caller: undefined,
    };
  }
  const block = model.okta.length > 1 ? okta.name : undefined;
  const isMachine = (cid: string): boolean => model.machines.has(cid);
  // What else an ID token lacks follows from what it is.
  const claims = isIdToken(payload)
    ? [refuse('TOKEN_TYPE', 'id_token')]
    : refusalsOfClaims(payload, { okta, block, nowSeconds, isMachine });
  const refusals = [...(form ? [form] : []), ...kid, ...claims];
  const principal = principalOf(payload, okta, block);
  const caller = isRefusal(principal) ? undefined : callerOf(model, principal, payload);
  const entitlements = isRefusal(principal) ? undefined : entitlementsOf(model, principal);
  const personal = [entitlements?.blocked, entitlements?.refusal].filter(
    (refusal) => refusal !== undefined,
  );
  const all = unique([...refusals, ...personal]);
  return {
    findings: all.map((refusal) => found(refusal, claimDetail(refusal, payload, okta, nowSeconds))),
    caller,
  };
}

const unique = (refusals: readonly Refusal[]): readonly Refusal[] =>
  refusals.filter(
    (refusal, at) =>
      refusals.findIndex(
        (other) => other.reason === refusal.reason && other.code === refusal.code,
      ) === at,
  );

const found = (refusal: Refusal, detail?: string): Finding => ({
  ...refusal,
  ...explanationOf(refusal),
  ...(detail !== undefined && { detail }),
});

function callerOf(model: AccessModel, principal: Principal, payload: Claims): Caller {
  const entitlements = entitlementsOf(model, principal);
  const named = principal.kind === 'user' ? principal.groups : [];
  return {
    kind: principal.kind,
    uid: principal.kind === 'user' ? principal.uid : undefined,
    cid: principal.cid,
    block: principal.block,
    scopes: principal.scopes,
    expiresAt: typeof payload['exp'] === 'number' ? payload['exp'] : undefined,
    groups: entitlements.groups,
    unmapped: named
      .filter((name) => !entitlements.groups.includes(name))
      .map((name) => ({
        name,
        nearest: model.groups.has(name) ? undefined : nearest(name, model.groups.keys()),
      })),
    routes: model.routes
      .map(({ key }) => key)
      .filter((route) => decide(model, entitlements, route).effect === 'allow'),
  };
}

function issuerDetail(
  { code: refused }: Refusal,
  { iss }: Claims,
  model: AccessModel,
): string | undefined {
  if (refused !== 'TOKEN_ISSUER' && refused !== 'TOKEN_TYPE') return undefined;
  const issuers = model.okta.flatMap(({ issuers: hosts }) => hosts);
  return `expected \`iss\` ${issuers.map(code).join(' or ')}, found ${shown(iss)}`;
}

function claimDetail(
  { code: refused, reason }: Refusal,
  payload: Claims,
  okta: OktaModel,
  nowSeconds: number,
): string | undefined {
  const { aud, cid, exp, iat } = payload;
  switch (refused) {
    case 'TOKEN_AUDIENCE':
      return `expected \`aud\` ${code(okta.audience)}, found ${shown(aud)}`;
    case 'TOKEN_CLIENT':
      return `expected \`cid\` ${okta.clients === 'any' ? 'of any client' : okta.clients.map(code).join(' or ')}, found ${shown(cid)}`;
    case 'TOKEN_EXPIRED':
      return `it ended ${elapsed(nowSeconds - Number(exp))} ago, at ${timeOf(exp)}`;
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
const shown = (claim: unknown): string =>
  claim === undefined
    ? 'none'
    : typeof claim === 'string'
      ? code(claim)
      : code(JSON.stringify(claim) ?? 'nothing');

const timeOf = (second: unknown): string => {
  const date = new Date(Number(second) * 1_000);
  return Number.isNaN(date.getTime()) ? 'an impossible time' : date.toISOString();
};

/** `3 h`, `5 min`, `10 s`: the largest unit that fits. */
export function elapsed(seconds: number): string {
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
