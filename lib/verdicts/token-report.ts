/** What is wrong with a token, as far as the map can tell without the keys of its issuer. */

import { type Refusal, refuse } from '../../lambda/core/contract/codes.ts';
import { type Cell, cellsOf } from '../../lambda/core/decision/cell.ts';
import { type Entitlements, entitlementsOf } from '../../lambda/core/decision/entitlements.ts';
import type { AccessModel } from '../../lambda/core/model/model.ts';
import { type DecodedToken, decodeToken } from '../../lambda/core/token/decode-token.ts';
import {
  type Claims,
  isRefusal,
  type Principal,
  principalOf,
} from '../../lambda/core/token/principal.ts';
import {
  blockOfIssuer,
  checkHeader,
  isIdToken,
  refusalsOfClaims,
} from '../../lambda/core/token/token-rules.ts';
import { nearest } from '../access-map/report/nearest.ts';
import { effectOf, shadowNote } from './cells.ts';
import type { CodeExplanation } from './code-explanation.ts';
import { explanationOf } from './code-explanations.ts';
import { claimDetail, issuerDetail } from './token-details.ts';

export interface Finding extends CodeExplanation {
  readonly code: Refusal['code'];
  readonly reason: Refusal['reason'];
  /** Expected and found, where the map says what is expected. */
  readonly detail?: string;
}

export interface TokenReport {
  /** In the order in which the authorizer evaluates; the first is its answer. */
  readonly findings: readonly Finding[];
  readonly caller: TokenCaller | undefined;
}

export interface TokenCaller {
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
  /** Routes that the gateway lets the token call, those in shadow mode included. */
  readonly routes: readonly string[];
  /** Routes in shadow mode: what the rules say of them, and what the gateway does. */
  readonly shadow: readonly (Cell & { readonly route: string })[];
}

export function reportOnToken(token: string, model: AccessModel, nowSeconds: number): TokenReport {
  const decoded = decodeToken(token);
  if ('code' in decoded) return { findings: [findingOf(decoded)], caller: undefined };
  const { header, payload } = decoded;
  const okta = blockOfIssuer(payload, model.okta);
  if ('code' in okta) return reportOnStranger(okta, decoded, model);
  const block = model.okta.length > 1 ? okta.name : undefined;
  const isMachine = (cid: string): boolean => model.machines.has(cid);
  // Other faults of an ID token follow from its being one.
  const claims = isIdToken(payload)
    ? [refuse('TOKEN_TYPE', 'id_token')]
    : refusalsOfClaims(payload, { okta, block, nowSeconds, isMachine });
  const principal = principalOf(payload, okta, block);
  const entitlements = isRefusal(principal) ? undefined : entitlementsOf(model, principal);
  const refusals = unique([
    ...headerRefusals(header),
    ...claims,
    ...present(entitlements?.blocked),
    ...present(entitlements && refusalOf(entitlements)),
  ]);
  return {
    findings: refusals.map((refusal) =>
      findingOf(refusal, claimDetail(refusal, payload, okta, nowSeconds)),
    ),
    caller: entitlements && callerOf(model, entitlements, payload),
  };
}

/** A caller without a group that may call what every user may is not refused as a whole. */
const refusalOf = ({ refusal, allowed }: Entitlements): Refusal | undefined =>
  allowed.some((word) => word !== 0) ? undefined : refusal;

/** No block of the map has the issuer, so that its claims cannot be evaluated. */
function reportOnStranger(
  unknownIssuer: Refusal,
  { header, payload }: DecodedToken,
  model: AccessModel,
): TokenReport {
  const refusals = unique([
    ...present(checkHeader(header)),
    unknownIssuer,
    ...(isIdToken(payload) ? [refuse('TOKEN_TYPE', 'id_token')] : []),
  ]);
  return {
    findings: refusals.map((refusal) => findingOf(refusal, issuerDetail(refusal, payload, model))),
    caller: undefined,
  };
}

function headerRefusals(header: DecodedToken['header']): readonly Refusal[] {
  const { kid } = header;
  const isNamed = typeof kid === 'string' && kid !== '';
  return [
    ...present(checkHeader(header)),
    ...(isNamed ? [] : [refuse('KEY_UNKNOWN', 'kid_missing')]),
  ];
}

const present = (refusal: Refusal | undefined): readonly Refusal[] => (refusal ? [refusal] : []);

const unique = (refusals: readonly Refusal[]): readonly Refusal[] =>
  refusals.filter(
    (refusal, at) =>
      refusals.findIndex(
        (other) => other.reason === refusal.reason && other.code === refusal.code,
      ) === at,
  );

const findingOf = (refusal: Refusal, detail?: string): Finding => ({
  ...refusal,
  ...explanationOf(refusal),
  ...(detail !== undefined && { detail }),
});

function callerOf(model: AccessModel, entitlements: Entitlements, payload: Claims): TokenCaller {
  const { principal } = entitlements;
  const named = principal.kind === 'user' ? principal.groups : [];
  const cellOf = cellsOf(model);
  const cells = model.routes.map(({ key }) => ({ route: key, ...cellOf(entitlements, key) }));
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
    // A public route needs no token, so a blocked token makes no difference.
    routes: cells
      .filter(
        (cell) => effectOf(cell) === 'allow' && !(entitlements.blocked && cell.rule === 'public'),
      )
      .map(({ route }) => route),
    shadow: cells.filter((cell) => shadowNote(cell) !== undefined),
  };
}
