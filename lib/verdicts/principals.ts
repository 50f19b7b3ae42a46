/** Principals for questions that no token asks: what a token with these groups would hold. */
import type { Refusal } from '../../lambda/core/contract/codes.ts';
import { decide } from '../../lambda/core/decision/decide.ts';
import { entitlementsOf } from '../../lambda/core/decision/entitlements.ts';
import type { AccessModel } from '../../lambda/core/model/model.ts';
import type { OktaModel } from '../../lambda/core/model/model-file.ts';
import { issuingBlock } from '../../lambda/core/model/okta-block.ts';
import { clientRefusal } from '../../lambda/core/token/client-refusal.ts';
import type { Principal } from '../../lambda/core/token/principal.ts';

export interface Caller {
  /** The user's groups, named as in the map. Default: none. */
  readonly groups?: readonly string[];
  /** Client id; the caller is a machine, and `groups` is not looked at. */
  readonly machine?: string | undefined;
  /**
   * What the token asked for. Default: every permission of the map, so that scopes hide nothing.
   */
  readonly scopes?: readonly string[] | undefined;
  /**
   * The okta block that issued the token. Default: the one whose tokens carry most of the groups.
   */
  readonly block?: string | undefined;
}

/** Stands for what a token would hold; no rule depends on it. */
const SOME_USER = { uid: '{uid}', cid: '{cid}' } as const;

export function principalOf(
  model: AccessModel,
  { groups = [], machine, scopes = allScopes(model), block }: Caller,
): Principal {
  const carried = machine === undefined ? groups : (model.machines.get(machine)?.groups ?? []);
  const issuedBy =
    block === undefined ? blockOf(model, carried, machine) : blockNamed(model, block);
  return machine === undefined
    ? { kind: 'user', ...SOME_USER, groups: [...new Set(groups)], scopes, ...issuedBy }
    : { kind: 'machine', cid: machine, scopes, ...issuedBy };
}

/** The authorizer's decision for such a caller, quotas aside. */
export const isAllowed = (model: AccessModel, caller: Caller, route: string): boolean =>
  decide(model, entitlementsOf(model, principalOf(model, caller)), route).effect === 'allow';

const allScopes = ({ permissions }: AccessModel): readonly string[] =>
  permissions.map(({ name }) => name);

/** As the map names it, which may have one block, without a name. */
function blockNamed(model: AccessModel, asked: string): { readonly block?: string } {
  const known = issuingBlock(model, asked);
  const name = known ? known.name : asked;
  return name === undefined ? {} : { block: name };
}

/**
 * The okta block whose tokens may carry the most of these groups, the first of several: a
 * question about a group means a token that can carry it. Nothing where the map has one block.
 */
function blockOf(
  model: AccessModel,
  groups: readonly string[],
  machine: string | undefined,
): { readonly block?: string } {
  const names = groups.map((group) => model.groups.get(group)?.name ?? group);
  const carried = (block: OktaModel): number =>
    names.filter((name) => block.groups?.includes(name) !== false).length;
  const unbounded = (block: OktaModel): number => (block.groups === undefined ? 1 : 0);
  const accepts = (block: OktaModel): number =>
    machine === undefined || !clientRefusal(model, block, { cid: machine }) ? 1 : 0;
  const [first] = model.okta.toSorted(
    (a, b) => accepts(b) - accepts(a) || carried(b) - carried(a) || unbounded(b) - unbounded(a),
  );
  return first?.name === undefined ? {} : { block: first.name };
}

/**
 * Why every token of a caller is refused: the map lists a machine neither under `clients` nor under
 * `machines`, or has no okta block of that name. A user is taken to come by a client that the map
 * accepts.
 */
export const callerRefusal = (
  model: AccessModel,
  { kind, cid, block }: Principal,
): Refusal | undefined =>
  clientRefusal(model, issuingBlock(model, block), kind === 'user' ? undefined : { cid });
