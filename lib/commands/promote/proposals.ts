/** The smallest changes that would let in what enforcing would refuse; each is tried by compiling the changed map. */
import { decide } from '../../../lambda/core/decision/decide.ts';
import { standingOf } from '../../../lambda/core/decision/standing.ts';
import { type AccessModel, parseModel } from '../../../lambda/core/model/model.ts';
import type { Principal } from '../../../lambda/core/token/principal.ts';
import { diffCells } from '../../access-map/diff/diff-cells.ts';
import { editedDocument, existingPointer, type MapEdit, mapOf } from '../../access-map/edits.ts';
import { type AccessMap, type AccessMapOptions, describePlace } from '../../access-map/index.ts';
import type { MapDocument } from '../../access-map/report/cursor.ts';
import type { QuotaDemand } from '../../audit-log/quota-demand.ts';
import type { RefusedCalls, ShadowTrail } from '../../audit-log/refused-calls.ts';
import { adviceFor } from './advice.ts';
import { allowEdits, denyEdits, routeEdits } from './candidates.ts';

export interface OpenedCell {
  /** A group, or `machine CID`. */
  readonly subject: string;
  readonly route: string;
}

export interface Proposal {
  /** Of the refused calls that it is for. */
  readonly route: string;
  readonly code: string;
  readonly calls: number;
  readonly edits: readonly MapEdit[];
  /** Where the first of them belongs. */
  readonly at: string;
  readonly opens: readonly OpenedCell[];
  /** Callers seen in the trail that have a group which the change opens something to; they gain it, too. */
  readonly gaining: number;
}

export interface QuotaProposal extends QuotaDemand {
  readonly edits: readonly MapEdit[];
  readonly at: string;
}

export interface Advice {
  readonly route: string;
  readonly code: string;
  readonly calls: number;
  readonly says: string;
}

export interface Proposals {
  readonly changes: readonly Proposal[];
  readonly quotas: readonly QuotaProposal[];
  /** Where no change of the map helps, or none that could be chosen for its author. */
  readonly advice: readonly Advice[];
  /** What all changes together open. */
  readonly opens: readonly OpenedCell[];
}

/** What proposals are made from. */
export interface Basis {
  readonly map: AccessMap;
  readonly model: AccessModel;
  readonly document: MapDocument;
  readonly options: AccessMapOptions;
}

/** Each change is judged on top of those before it. */
export function proposalsFor(trail: ShadowTrail, basis: Basis): Proposals {
  const changes: Proposal[] = [];
  const left: RefusedCalls[] = [];
  let now = basis;
  for (const rows of together(trail.rows)) {
    const found = proposalsForRows(rows, trail, now);
    now = found.basis;
    changes.push(...found.proposed);
    left.push(...found.left);
  }
  // A change for other calls, further down, may have let these in.
  const advised = left.filter((row) => !BY_RULES.has(row.code) || !passes(now.model, row));
  const advice = advised.map((row) => ({ route: row.route, code: row.code, calls: row.calls, says: adviceFor(row, basis) }));
  return { changes, quotas: quotaProposals(trail, basis), advice, opens: openedBy(basis.model, now.model) };
}

/** Calls on one route for one reason: one change may be for all of them. */
function together(rows: readonly RefusedCalls[]): readonly (readonly RefusedCalls[])[] {
  const groups = new Map<string, RefusedCalls[]>();
  for (const row of rows) {
    const key = `${row.route} ${row.code} ${row.reason}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()];
}

interface Found {
  readonly proposed: readonly Proposal[];
  readonly left: readonly RefusedCalls[];
  /** With the changes made. */
  readonly basis: Basis;
}

/** Refusals that the rules of the map make. */
const BY_RULES: ReadonlySet<string> = new Set(['GROUP_NOT_ALLOWED', 'CLIENT_UNMAPPED', 'GROUP_DENIED', 'ROUTE_UNMAPPED']);

function proposalsForRows(rows: readonly RefusedCalls[], trail: ShadowTrail, from: Basis): Found {
  const proposed: Proposal[] = [];
  let basis = from;
  // A change for other calls may have let these in.
  let left = rows.filter((row) => !BY_RULES.has(row.code) || !passes(basis.model, row));
  for (let best = firstThatHelps(left, trail, basis); best !== undefined; best = firstThatHelps(left, trail, basis)) {
    const { edits, after, covered } = best;
    proposed.push(proposalOf(covered, edits, openedBy(basis.model, after.model), trail, from));
    basis = after;
    left = left.filter((row) => !covered.includes(row));
  }
  return { proposed, left, basis };
}

interface Helping {
  readonly edits: readonly MapEdit[];
  readonly after: Basis;
  readonly covered: readonly RefusedCalls[];
}

function firstThatHelps(rows: readonly RefusedCalls[], trail: ShadowTrail, basis: Basis): Helping | undefined {
  if (rows.length === 0) return undefined;
  for (const edits of candidatesFor(rows, trail, basis)) {
    const document = editedDocument(basis.document, edits);
    const map = mapOf(document, basis.options);
    if (!map) continue;
    const model = parseModel(map.model);
    const covered = rows.filter((row) => passes(model, row));
    if (covered.length > 0) return { edits, after: { ...basis, document, map, model }, covered };
  }
  return undefined;
}

/** Sets of edits, the best first. */
function candidatesFor(rows: readonly RefusedCalls[], trail: ShadowTrail, basis: Basis): readonly (readonly MapEdit[])[] {
  const [row] = rows;
  switch (row?.code) {
    case 'GROUP_NOT_ALLOWED':
    case 'CLIENT_UNMAPPED':
      return allowEdits(rows, trail, basis);
    case 'GROUP_DENIED':
      return rows.flatMap((one) => denyEdits(one, basis, trail));
    case 'ROUTE_UNMAPPED':
      return routeEdits(rows, trail, basis);
    default:
      return [];
  }
}

/** The decision of the changed map on callers like these. With `scopes: intersect` they are taken to ask for every scope. */
export function passes(model: AccessModel, { route, kind, groups, machine }: RefusedCalls): boolean {
  const scopes = model.permissions.map(({ name }) => name);
  const block = model.okta[0]?.name === undefined ? {} : { block: model.okta[0].name };
  if (kind === undefined || (kind === 'machine' && machine === undefined)) return false;
  const principal: Principal =
    kind === 'machine' ? { kind, cid: machine ?? '', scopes, ...block } : { kind, uid: '-', cid: '-', groups, scopes, ...block };
  return decide(model, standingOf(model, principal), route).effect === 'allow';
}

const openedBy = (before: AccessModel, after: AccessModel): readonly OpenedCell[] =>
  diffCells(before, after).flatMap(({ kind, subject, route, to }) =>
    kind === 'cell' && to === 'open' && route !== undefined ? [{ subject, route }] : [],
  );

function proposalOf(
  covered: readonly RefusedCalls[],
  edits: readonly MapEdit[],
  opens: readonly OpenedCell[],
  trail: ShadowTrail,
  { document }: Basis,
): Proposal {
  const [{ route, code }] = covered as [RefusedCalls];
  const gaining = Math.max(
    0,
    ...opens.filter(({ subject }) => !subject.startsWith('machine ')).map(({ subject }) => trail.seenWith(subject)),
  );
  const calls = covered.reduce((sum, row) => sum + row.calls, 0);
  return { route, code, calls, edits, at: placeOf(document, edits[0]), opens, gaining };
}

const placeOf = (document: MapDocument, edit: MapEdit | undefined): string =>
  edit === undefined ? document.source : describePlace(document.placeOf(existingPointer(document, edit)));

function quotaProposals({ demand, rows }: ShadowTrail, { document, map }: Basis): readonly QuotaProposal[] {
  if (!rows.some(({ code }) => code === 'QUOTA_EXCEEDED')) return [];
  return demand.map((one) => {
    const quota = map.model.quotas.find(({ name }) => name === one.quota);
    const path = ['quotas', one.quota, ...(isShortForm(document, one.quota) ? [] : ['windows', String(one.window)]), 'limit'];
    const edits: readonly MapEdit[] = quota === undefined ? [] : [{ path, set: one.needed }];
    return { ...one, edits, at: placeOf(document, edits[0]) };
  });
}

function isShortForm({ data }: MapDocument, quota: string): boolean {
  const { quotas } = data as { readonly quotas?: Readonly<Record<string, { readonly windows?: unknown }>> };
  return quotas?.[quota]?.windows === undefined;
}
