/**
 * The smallest changes that would let in what enforcing would refuse; each is tried by compiling
 * the changed map.
 */

import { parseModel } from '../../../lambda/core/model/load-model.ts';
import type { AccessModel } from '../../../lambda/core/model/model.ts';
import { issuingBlock } from '../../../lambda/core/model/okta-block.ts';
import {
  editedDocument,
  existingPointer,
  type ListEdit,
  type MapEdit,
  mapOf,
  type NumberEdit,
} from '../../access-map/edits.ts';
import { describePlace } from '../../access-map/index.ts';
import type { MapDocument } from '../../access-map/report/cursor.ts';
import type { MapPath } from '../../access-map/report/map-pointer.ts';
import type { PeakUsage } from '../../audit-log/peak-usage.ts';
import type { RefusedCalls, ShadowSummary } from '../../audit-log/refused-calls.ts';
import { grantChanges } from '../../map-diff/diff-cells.ts';
import { isAllowed } from '../../verdicts/principals.ts';
import { adviceFor } from './advice.ts';
import { allowEdits, denyEdits, routeEdits } from './candidates.ts';
import type { ProposalContext } from './proposal-context.ts';

export interface AllowedCell {
  /** A group, or `machine CID`. */
  readonly subject: string;
  readonly route: string;
}

export interface Proposal {
  /** Route of the refused calls that the proposal is for. */
  readonly route: string;
  readonly code: string;
  readonly calls: number;
  readonly edits: readonly ListEdit[];
  /** Place of the first edit. */
  readonly at: string;
  readonly allows: readonly AllowedCell[];
  /**
   * Callers seen in the audit trail that have a group to which the change allows something; they
   * gain it, too.
   */
  readonly gaining: number;
}

export interface QuotaProposal extends PeakUsage {
  readonly edits: readonly NumberEdit[];
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
  /** Advice where no change of the map helps, or the author has the choice. */
  readonly advice: readonly Advice[];
  /** What all changes together allow. */
  readonly allows: readonly AllowedCell[];
}

/** Each change is evaluated on top of those before it. */
export function proposalsFor(shadowSummary: ShadowSummary, context: ProposalContext): Proposals {
  const changes: Proposal[] = [];
  const left: RefusedCalls[] = [];
  let now = context;
  for (const rows of groupedByReason(shadowSummary.rows)) {
    const found = proposalsForRows(rows, shadowSummary, now);
    now = found.context;
    changes.push(...found.proposed);
    left.push(...found.left);
  }
  // A change for other calls, further down, may have let these in.
  const advised = left.filter((row) => !BY_RULES.has(row.code) || !wouldAllow(now.model, row));
  const advice = advised.map((row) => ({
    route: row.route,
    code: row.code,
    calls: row.calls,
    says: adviceFor(row, context),
  }));
  return {
    changes,
    quotas: quotaProposals(shadowSummary, context),
    advice,
    allows: newlyAllowed(context.model, now.model),
  };
}

/** Calls on one route for one reason: one change may be for all of them. */
function groupedByReason(rows: readonly RefusedCalls[]): readonly (readonly RefusedCalls[])[] {
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
  readonly context: ProposalContext;
}

/** Refusals that the rules of the map make. */
const BY_RULES: ReadonlySet<string> = new Set([
  'GROUP_NOT_ALLOWED',
  'CLIENT_UNMAPPED',
  'GROUP_DENIED',
  'ROUTE_UNMAPPED',
]);

function proposalsForRows(
  rows: readonly RefusedCalls[],
  shadowSummary: ShadowSummary,
  from: ProposalContext,
): Found {
  const proposed: Proposal[] = [];
  let context = from;
  // A change for other calls may have let these in.
  let left = rows.filter((row) => !BY_RULES.has(row.code) || !wouldAllow(context.model, row));
  for (
    let best = firstEffectiveEdit(left, shadowSummary, context);
    best !== undefined;
    best = firstEffectiveEdit(left, shadowSummary, context)
  ) {
    const { after, covered } = best;
    const allows = newlyAllowed(context.model, after.model);
    proposed.push({ ...proposalOf(best, allows, from), gaining: gaining(allows, shadowSummary) });
    context = after;
    left = left.filter((row) => !covered.includes(row));
  }
  return { proposed, left, context };
}

interface EffectiveEdit {
  readonly edits: readonly ListEdit[];
  readonly after: ProposalContext;
  readonly covered: readonly RefusedCalls[];
}

function firstEffectiveEdit(
  rows: readonly RefusedCalls[],
  shadowSummary: ShadowSummary,
  context: ProposalContext,
): EffectiveEdit | undefined {
  if (rows.length === 0) return undefined;
  for (const edits of candidatesFor(rows, shadowSummary, context)) {
    const document = editedDocument(context.document, edits);
    const map = mapOf(document, context.options);
    if (!map) continue;
    const model = parseModel(map.model);
    const covered = rows.filter((row) => wouldAllow(model, row));
    if (covered.length > 0) return { edits, after: { ...context, document, map, model }, covered };
  }
  return undefined;
}

/** Sets of edits, the best first. */
function candidatesFor(
  rows: readonly RefusedCalls[],
  shadowSummary: ShadowSummary,
  context: ProposalContext,
): readonly (readonly ListEdit[])[] {
  const [row] = rows;
  switch (row?.code) {
    case 'GROUP_NOT_ALLOWED':
    case 'CLIENT_UNMAPPED':
      return allowEdits(rows, shadowSummary, context);
    case 'GROUP_DENIED':
      return rows.flatMap((one) => denyEdits(one, context, shadowSummary));
    case 'ROUTE_UNMAPPED':
      return routeEdits(rows, shadowSummary, context);
    default:
      return [];
  }
}

/**
 * The decision of the changed map on callers like these. With `scopes: intersect` they are taken to
 * ask for every scope.
 */
function wouldAllow(model: AccessModel, row: RefusedCalls): boolean {
  const { route, kind, groups, machine } = row;
  if (kind === undefined || (kind === 'machine' && machine === undefined)) return false;
  const okta = issuingBlock(model, row.block);
  return okta !== undefined && isAllowed(model, { groups, machine, block: okta.name }, route);
}

const newlyAllowed = (before: AccessModel, after: AccessModel): readonly AllowedCell[] =>
  grantChanges(before, after).flatMap(({ subject, is, place }) =>
    is === 'allowed' ? [{ subject, route: place.key }] : [],
  );

function proposalOf(
  { covered, edits }: EffectiveEdit,
  allows: readonly AllowedCell[],
  { document }: ProposalContext,
): Omit<Proposal, 'gaining'> {
  const [{ route, code }] = covered as [RefusedCalls];
  const calls = covered.reduce((sum, row) => sum + row.calls, 0);
  return { route, code, calls, edits, at: placeOf(document, edits[0]), allows };
}

/** Callers who have the group of a cell: those of the group that the most have. */
const gaining = (allows: readonly AllowedCell[], { seenWith }: ShadowSummary): number =>
  Math.max(
    0,
    ...allows
      .filter(({ subject }) => !subject.startsWith('machine '))
      .map(({ subject }) => seenWith(subject)),
  );

const placeOf = (document: MapDocument, edit: MapEdit | undefined): string =>
  edit === undefined
    ? document.source
    : describePlace(document.placeOf(existingPointer(document, edit)));

function quotaProposals(
  { peaks, rows }: ShadowSummary,
  { document, map }: ProposalContext,
): readonly QuotaProposal[] {
  if (!rows.some(({ code }) => code === 'QUOTA_EXCEEDED')) return [];
  return peaks.map((one) => {
    const quota = map.model.quotas.find(({ name }) => name === one.quota);
    const path: MapPath = isShortForm(document, one.quota)
      ? ['quotas', one.quota, 'limit']
      : ['quotas', one.quota, 'windows', one.window, 'limit'];
    const edits: readonly NumberEdit[] = quota === undefined ? [] : [{ path, set: one.needed }];
    return { ...one, edits, at: placeOf(document, edits[0]) };
  });
}

function isShortForm({ data }: MapDocument, quota: string): boolean {
  const { quotas } = data as {
    readonly quotas?: Readonly<Record<string, { readonly windows?: unknown }>>;
  };
  return quotas?.[quota]?.windows === undefined;
}
