/** The permissions endpoint's answer: what a caller may do. client/src/answer.ts reads it. */

import { FIVE_MINUTES_SECONDS } from '../core/contract/periods.ts';
import { type Cell, cellsOf } from '../core/decision/cell.ts';
import { type Entitlements, entitlementsOf } from '../core/decision/entitlements.ts';
import { emptyRow, intersectRow, isNonEmptySubset, type Row, setBit } from '../core/model/bits.ts';
import type { AccessModel } from '../core/model/model.ts';
import {
  missingMethods,
  overlappingRoutes,
  routesServingHead,
} from '../core/path/route-overlap.ts';
import { keyOf, type Payment } from '../core/quota/bill.ts';
import { paymentsOf, windowsOf } from '../core/quota/quota-overview.ts';
import type { Principal } from '../core/token/principal.ts';
import type { Clock, QuotaReader } from '../ports.ts';

export interface PermissionsAnswer {
  readonly mapVersion: string;
  /**
   * Every route that the caller may call, including public ones and those in shadow mode: `GET
   * /orders/{id}`.
   */
  readonly routes: readonly string[];
  /**
   * Refused routes that match paths of allowed ones: `GET /orders/export` beside an allowed `GET
   * /orders/{id}`, and those of `GET` for allowed ones of `HEAD`. On a REST API also methods that a
   * resource does not have, because its other methods match the path.
   */
  readonly closed: readonly string[];
  /** Routes in shadow mode, with what the rules say of them; absent where there are none. */
  readonly shadow?: readonly ShadowAnswer[];
  /** Permissions of which the caller may call all routes. */
  readonly permissions: readonly string[];
  /** The quotas that calls are charged to, in the order of charging. */
  readonly quotas: readonly QuotaAnswer[];
  /** Seconds after which a client asks again, if nothing else makes it ask. */
  readonly goodForSeconds: number;
  /** Only with `exposeGroups`. */
  readonly groups?: readonly string[];
}

/**
 * A route in shadow mode: what the gateway does now, and what the rules will do once they are
 * enforced. `prior`: the authorizer that the route had before decides, and its answer is unknown
 * here.
 */
export interface ShadowAnswer extends Cell {
  readonly route: string;
}

export interface QuotaAnswer {
  readonly name: string;
  /**
   * Charged beside the others, not in their place; absent: one of those that are not strict pays.
   */
  readonly strict?: true;
  readonly windows: readonly {
    readonly per: string;
    readonly limit: number;
    /** Absent when the store gave no answer. */
    readonly remaining?: number;
    /** Epoch seconds. */
    readonly resetsAt: number;
    /** Only these routes count; absent: all that the quota pays for. */
    readonly routes?: readonly string[];
  }[];
}

/** A change within this time shows late in the page, while the gateway applies it at once. */
const GOOD_FOR_SECONDS = FIVE_MINUTES_SECONDS;

export interface AnswerParts {
  readonly model: AccessModel;
  readonly quotas: QuotaReader;
  readonly clock: Clock;
}

export async function answerFor(
  { model, quotas, clock }: AnswerParts,
  principal: Principal,
): Promise<PermissionsAnswer> {
  const entitlements = entitlementsOf(model, principal);
  const cellOf = cellsOf(model);
  const keys = model.routes.map(({ key }) => key);
  const cells = new Map(keys.map((key) => [key, cellOf(entitlements, key)]));
  // List routes that pass in shadow mode: a client that hides them would produce no calls to
  // record.
  const isAllowed = (key: string): boolean => cells.get(key)?.gateway !== 'deny';
  const shadow = [...cells].flatMap(([route, cell]) =>
    cell.mode === 'shadow' && cell.rule !== 'public' ? [{ route, ...cell }] : [],
  );
  const routes = keys.filter(isAllowed);
  const refused = keys.filter((key) => !isAllowed(key));
  const overlapping = overlappingRoutes(routes, [...refused, ...missingMethodsOf(model)]);
  const second = Math.floor(clock.now() / 1_000);
  const state = (payment: Payment) => quotaAnswer(model, quotas, payment, second);
  return {
    mapVersion: model.version,
    routes,
    closed: [...new Set([...overlapping, ...routesServingHead(routes, refused)])],
    ...(shadow.length === 0 ? {} : { shadow }),
    permissions: permissionsFor(model, entitlements, new Set(routes)),
    quotas: await Promise.all(paymentsOf(model, entitlements).map(state)),
    goodForSeconds: GOOD_FOR_SECONDS,
    ...(model.permissionsEndpoint?.exposeGroups ? { groups: entitlements.groups } : {}),
  };
}

/** Permissions by the rules, and those that shadow mode completes. */
function permissionsFor(
  model: AccessModel,
  entitlements: Entitlements,
  routes: ReadonlySet<string>,
): readonly string[] {
  const { shadow } = model;
  if (shadow === undefined) return entitlements.permissions;
  const allowed: Row = emptyRow(model.signedIn.length);
  model.routes.forEach(({ key }, index) => {
    if (routes.has(key)) setBit(allowed, index);
  });
  const isCompletedByShadow = (row: Row): boolean =>
    intersectRow(row, shadow.routes).some((word) => word !== 0) && isNonEmptySubset(row, allowed);
  return model.permissions
    .filter(
      ({ name, routes: row }) =>
        entitlements.permissions.includes(name) || isCompletedByShadow(row),
    )
    .map(({ name }) => name);
}

/**
 * A REST API chooses the resource before the method, so a resource matches its path for every
 * method, including those it does not have.
 */
const missingMethodsOf = ({ kind, routes }: AccessModel): readonly string[] =>
  kind === 'rest' ? missingMethods(routes.map(({ key }) => key)) : [];

/** A store failure does not fail the response: permissions do not depend on the store. */
async function quotaAnswer(
  model: AccessModel,
  quotas: QuotaReader,
  payment: Payment,
  second: number,
): Promise<QuotaAnswer> {
  const { name, strict } = payment.quota;
  const stored = await quotas.read(keyOf(payment)).catch(() => 'unknown' as const);
  const windows = windowsOf(model, payment, stored, second).map(
    ({ per, limit, remaining, endsAt, routes }) => ({
      per,
      limit,
      ...(remaining === undefined ? {} : { remaining }),
      resetsAt: endsAt,
      ...(routes === undefined ? {} : { routes }),
    }),
  );
  return { name, ...(strict && { strict }), windows };
}
