/**
 * Counts the authorizer's records by queries of CloudWatch Logs Insights. Source: CloudWatch Logs
 * User Guide, "CloudWatch Logs Insights language query syntax"; an answer holds 10,000 rows at
 * most.
 */
import {
  type CloudWatchLogsClient,
  GetQueryResultsCommand,
  type ResultField,
  StartQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import type { RefusalCode } from '../core/contract/codes.ts';
import {
  hasOneOfCodes,
  IS_DECISION,
  PARSE_GROUPS,
  RECORD_VERSION,
} from '../core/contract/decision-record.ts';
import { DETECTOR_STEP_BIN } from '../core/contract/detector-input.ts';
import type { Counted, DecisionLog, PassedRoute, RefusedRoute, Span } from './detector-ports.ts';

export const MAX_ROWS = 10_000;
/** Characters for names of routes, of the 10,000 that a query's text may have. */
const MAX_NAME_CHARACTERS = 8_000;
/**
 * A query of an hour takes seconds; after this time the run fails, and the next one tries again.
 */
const QUERY_BUDGET_MS = 60_000;
const POLL_MS = 500;

export interface Timing {
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

type Row = ReadonlyMap<string, string>;

/** @param logGroup name of the authorizer's log group. */
export function insightsLog(
  client: CloudWatchLogsClient,
  logGroup: string,
  timing: Timing,
): DecisionLog {
  const rowsOf = queryRunner(client, logGroup, timing);
  return {
    async refused(span, codes) {
      return counted(await rowsOf(refusedQuery(codes), span), refusedRoute, span);
    },
    async passed(span, routes) {
      const parts = await Promise.all(
        batches(routes).map(async (batch) =>
          counted(await rowsOf(passedQuery(batch), span), passedRoute, span),
        ),
      );
      return {
        rows: parts.flatMap(({ rows }) => rows),
        complete: parts.every(({ complete }) => complete),
      };
    },
  };
}

/** Runs a query over a span. It throws when there is no answer in time. */
function queryRunner(client: CloudWatchLogsClient, logGroup: string, { now, sleep }: Timing) {
  return async (queryString: string, { from, to }: Span): Promise<readonly Row[]> => {
    // Both ends are inclusive, in seconds; rows of the step that begins at `to` are dropped below.
    const range = { startTime: from / 1_000, endTime: to / 1_000 };
    const { queryId } = await client.send(
      new StartQueryCommand({ logGroupName: logGroup, queryString, ...range, limit: MAX_ROWS }),
    );
    for (const deadline = now() + QUERY_BUDGET_MS; now() < deadline; await sleep(POLL_MS)) {
      const { status, results = [] } = await client.send(new GetQueryResultsCommand({ queryId }));
      if (status === 'Complete') return results.map(rowOf);
      if (status !== 'Scheduled' && status !== 'Running')
        throw new Error(`the query of the records ended with status ${status}`);
    }
    throw new Error(`the query of the records took longer than ${QUERY_BUDGET_MS / 1_000} s`);
  };
}

const refusedQuery = (codes: readonly RefusalCode[]): string =>
  `filter ${IS_DECISION} and v = ${RECORD_VERSION} and effect = "deny" and ${hasOneOfCodes(codes)} and ispresent(principal.id)
| stats sum(weight) as calls by ${DETECTOR_STEP_BIN}, principal.id, route
| limit ${MAX_ROWS}`;

export const passedQuery = (routes: readonly string[]): string =>
  `filter ${IS_DECISION} and v = ${RECORD_VERSION} and effect = "allow" and not ispresent(wouldDeny) and route in ${list(routes)}
| ${PARSE_GROUPS}
| stats sum(weight) as calls by ${DETECTOR_STEP_BIN}, route, names
| limit ${MAX_ROWS}`;

const list = (texts: readonly string[]): string =>
  `[${texts.map((text) => JSON.stringify(text)).join(', ')}]`;

/** Splits routes into lists whose names fit into one query each. */
export function batches(routes: readonly string[]): readonly (readonly string[])[] {
  const all: string[][] = [[]];
  let room = MAX_NAME_CHARACTERS;
  for (const route of routes) {
    const length = JSON.stringify(route).length + 2;
    if (length > room) {
      all.push([]);
      room = MAX_NAME_CHARACTERS;
    }
    all.at(-1)?.push(route);
    room -= length;
  }
  return all.filter((batch) => batch.length > 0);
}

const rowOf = (fields: readonly ResultField[]): Row =>
  new Map(fields.map(({ field = '', value = '' }) => [field, value]));

function counted<Found extends { readonly at: number }>(
  rows: readonly Row[],
  read: (row: Row, at: number) => Found | undefined,
  { from, to }: Span,
): Counted<Found> {
  const found = rows.map((row) => read(row, stepOf(row)));
  const inSpan = found.filter((row) => row !== undefined).filter(({ at }) => at >= from && at < to);
  return { rows: inSpan, complete: rows.length < MAX_ROWS };
}

/** `2026-11-22 12:05:00.000`, in UTC. NaN where the row has none: then it is in no span. */
const stepOf = (row: Row): number =>
  Date.parse(`${row.get(DETECTOR_STEP_BIN)?.replace(' ', 'T')}Z`);

function refusedRoute(row: Row, at: number): RefusedRoute | undefined {
  const [principal, route] = [row.get('principal.id'), row.get('route')];
  return principal && route ? { at, principal, route } : undefined;
}

function passedRoute(row: Row, at: number): PassedRoute | undefined {
  const [route, names] = [row.get('route'), row.get('names')];
  return route && names ? { at, route, groups: JSON.parse(names) as readonly string[] } : undefined;
}
