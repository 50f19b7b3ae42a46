/**
 * A cell: what the rules say of a caller on a route, and beside it what the gateway does. Every
 * tool that says who may call what asks here.
 */
import type { DecisionMode } from '../contract/decision-record.ts';
import { hasBit } from '../model/bits.ts';
import type { AccessModel } from '../model/model.ts';
import { type Decision, decide } from './decide.ts';
import type { Entitlements } from './entitlements.ts';
import { shadowMode } from './shadow-mode.ts';

/** `denied` beats whatever other groups of a caller allow, `closed` leaves it to them. */
export type RuleState = 'public' | 'signedIn' | 'allowed' | 'denied' | 'closed';

/**
 * `prior`: shadow mode on an attached API, where the authorizer that stood there before decides;
 * the map does not know its verdict.
 */
export const GATEWAY_STATES = ['allow', 'deny', 'anyToken', 'anyone', 'prior'] as const;
export type GatewayState = (typeof GATEWAY_STATES)[number];

export interface Cell {
  readonly rule: RuleState;
  readonly mode: DecisionMode;
  readonly gateway: GatewayState;
}

/** @returns the cell of a caller; without entitlements, of a caller without a valid token. */
export function cellsOf(
  model: AccessModel,
): (entitlements: Entitlements | undefined, route: string) => Cell {
  const { modeOf } = shadowMode(model);
  return (entitlements, route) => {
    const rule = ruleState(model, entitlements, route);
    const mode = modeOf(route);
    if (rule === 'public') return { rule, mode, gateway: 'anyone' };
    if (mode === 'shadow') return { rule, mode, gateway: inShadow(model, entitlements, route) };
    return { rule, mode, gateway: ENFORCED[entitlements ? rule : 'closed'] };
  };
}

const ENFORCED = {
  signedIn: 'anyToken',
  allowed: 'allow',
  denied: 'deny',
  closed: 'deny',
} as const satisfies { readonly [rule in Exclude<RuleState, 'public'>]: GatewayState };

function ruleState(
  model: AccessModel,
  entitlements: Entitlements | undefined,
  route: string,
): RuleState {
  const level = levelOf(model, route);
  if (level === 'public' || !entitlements) return level ?? 'closed';
  const rule = ruleOf(decide(model, entitlements, route));
  // A deny of every user holds without groups too; there the missing group comes first.
  const index = model.routeIndex.get(route) ?? -1;
  return rule === 'closed' && hasBit(entitlements.denied, index) ? 'denied' : rule;
}

/** The state that a decision of the rules stands for, quotas aside. */
function ruleOf(decision: Decision): RuleState {
  switch (decision.effect === 'allow' ? decision.reason : decision.code) {
    case 'public':
      return 'public';
    case 'signed_in':
      return 'signedIn';
    case 'BLOCKED':
    case 'GROUP_DENIED':
    case 'CONFLICT':
      return 'denied';
    default:
      return decision.effect === 'allow' ? 'allowed' : 'closed';
  }
}

/** `public` and `signedIn` routes need no group; undefined for the others. */
function levelOf(model: AccessModel, route: string): 'public' | 'signedIn' | undefined {
  const index = model.routeIndex.get(route) ?? -1;
  if (hasBit(model.public, index)) return 'public';
  return hasBit(model.signedIn, index) ? 'signedIn' : undefined;
}

/** The permissions endpoint is a route of ours, which nothing protected before. */
function inShadow(
  { shadow, permissionsEndpoint }: AccessModel,
  entitlements: Entitlements | undefined,
  route: string,
): GatewayState {
  if (shadow?.prior === true && route !== permissionsEndpoint?.route) return 'prior';
  return entitlements ? 'anyToken' : 'deny';
}
