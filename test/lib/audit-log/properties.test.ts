import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { DecisionRecord } from '../../../lambda/core/contract/decision-record.ts';
import { hasBit } from '../../../lambda/core/model/bits.ts';
import { parseModel } from '../../../lambda/core/model/load-model.ts';
import { editedDocument, mapOf } from '../../../lib/access-map/edits.ts';
import type { AccessMap } from '../../../lib/access-map/index.ts';
import { refusalCounter } from '../../../lib/audit-log/refused-calls.ts';
import { replayAgainst } from '../../../lib/audit-log/replay-calls.ts';
import { usageCounter } from '../../../lib/audit-log/unused-rules.ts';
import { proposalsFor } from '../../../lib/commands/promote/proposals.ts';
import { unusedOf } from '../../../lib/commands/unused/unused-findings.ts';
import { matrixOf } from '../../../lib/verdicts/access-matrix.ts';
import { modelFile } from '../../support/model.ts';
import { anyMap, anyTraffic, inputOf } from '../../support/random-traffic.ts';
import { recordsOf } from '../../support/recorded-traffic.ts';
import { sized } from '../../support/tier.ts';

const item = (record: DecisionRecord) =>
  ({ kind: 'decision', at: Date.parse(record.time), record }) as const;

function replayed(map: AccessMap, records: readonly DecisionRecord[]) {
  const run = replayAgainst(parseModel(map.model));
  for (const record of records) run.add(item(record));
  return run.result();
}

describe('replay', () => {
  test('against the map that made the records, nothing changes', async () => {
    await fc.assert(
      fc.asyncProperty(anyMap, anyTraffic, async (map, calls) => {
        const result = replayed(map, await recordsOf(map.model, calls));
        expect([result.changed, result.staying, result.quotaWindowsCut]).toEqual([[], 0, 0]);
      }),
      { numRuns: sized(20, 4) },
    );
  });

  test('evaluates each call of a flood over quota by itself', () => {
    const sketch = (limit: number) =>
      modelFile({
        routes: ['GET /a'],
        quotas: [{ name: 'q', windows: [{ id: 'minute', per: 'minute', limit }] }],
        groups: { readers: { allow: ['GET /a'], quota: 'q' } },
      });
    const record: DecisionRecord = {
      ...{ record: 'decision', v: 1, time: '2026-11-22T10:15:30.000Z', apiId: 'a1', stage: 's' },
      ...{ route: 'GET /a', effect: 'deny', mode: 'enforce', reason: 'window_full' },
      ...{ code: 'QUOTA_EXCEEDED', groups: ['readers'], mapVersion: '0123456789abcdef' },
      ...{ principal: { kind: 'user', id: '00u1', cid: '0oa1web' }, durationMs: 1, weight: 5 },
    };
    const opened = (limit: number, weight: number): number => {
      const run = replayAgainst(parseModel(sketch(limit)));
      // The window's beginning is in the log too.
      run.add(item({ ...record, time: '2026-11-22T10:14:00.000Z', weight: 1 }));
      run.add(item({ ...record, weight }));
      return run.result().newlyAllowed;
    };
    expect([opened(3, 5), opened(9, 5), opened(3, 1)]).toEqual([4, 6, 2]);
  });

  test('against another map, exactly the calls change that this map decides otherwise, quotas included', async () => {
    await fc.assert(
      fc.asyncProperty(anyMap, anyMap, anyTraffic, async (old, next, calls) => {
        const [before, after] = [
          await recordsOf(old.model, calls),
          await recordsOf(next.model, calls),
        ];
        const changed = before.filter(({ effect }, n) => effect !== after[n]?.effect);
        const result = replayed(next, before);
        expect(result.newlyAllowed).toBe(changed.filter(({ effect }) => effect === 'deny').length);
        expect(result.newlyRefused).toBe(changed.filter(({ effect }) => effect === 'allow').length);
      }),
      { numRuns: sized(20, 4) },
    );
  });
});

describe('promote', () => {
  const promoted = async (map: AccessMap, calls: Parameters<typeof recordsOf>[1]) => {
    const count = refusalCounter(parseModel(map.model));
    const records = await recordsOf(map.model, calls, { mode: 'shadow' });
    for (const record of records) count.add(item(record));
    const auditLog = count.result();
    const document = {
      source: 'the map',
      data: inputOf(map),
      placeOf: (path: string) => ({ source: 'the map', path }),
    };
    return {
      records,
      trail: auditLog,
      document,
      proposals: proposalsFor(auditLog, {
        map,
        model: parseModel(map.model),
        document,
        options: {},
      }),
    };
  };

  test('says of exactly the calls that enforcing refuses that it would', async () => {
    await fc.assert(
      fc.asyncProperty(anyMap, anyTraffic, async (map, calls) => {
        const { trail: auditLog } = await promoted(map, calls);
        const enforced = await recordsOf(map.model, calls);
        expect(auditLog.refused).toBe(enforced.filter(({ effect }) => effect === 'deny').length);
      }),
      { numRuns: sized(20, 4) },
    );
  });

  test('its changes let in all calls that they are for, and open the cells that it names and no others', async () => {
    await fc.assert(
      fc.asyncProperty(anyMap, anyTraffic, async (map, calls) => {
        const { records, trail: auditLog, document, proposals } = await promoted(map, calls);
        const edits = [
          ...proposals.changes.flatMap((change) => change.edits),
          ...proposals.quotas.flatMap((quota) => quota.edits),
        ];
        const changed = mapOf(editedDocument(document, edits));
        if (!changed) throw new Error('the changed map is not valid');
        const advised = proposals.advice
          .filter(({ code }) => code !== 'QUOTA_EXCEEDED')
          .reduce((sum, { calls: some }) => sum + some, 0);
        const left = refusalCounter(parseModel(changed.model));
        for (const record of records) left.add(item(record));
        const still = left.result().rows.filter(({ code }) => code !== 'QUOTA_EXCEEDED');
        expect(still.reduce((sum, row) => sum + row.calls, 0)).toBe(advised);
        expect(
          allowedCells(changed)
            .filter((cell) => !allowedCells(map).includes(cell))
            .toSorted(),
        ).toEqual(proposals.allows.map(({ subject, route }) => `${subject} ${route}`).toSorted());
        expect(auditLog.calls).toBe(records.length);
      }),
      { numRuns: sized(20, 4) },
    );
  });

  test('the limits that it names are enough for every call, where a caller has one quota', async () => {
    await fc.assert(
      fc.asyncProperty(anyMap, anyTraffic, async (map, calls) => {
        const single = calls.map((call) => ({
          ...call,
          principal:
            call.principal.kind === 'user'
              ? { ...call.principal, groups: call.principal.groups.slice(0, 1) }
              : call.principal,
        }));
        const { document, proposals, trail: auditLog } = await promoted(map, single);
        const raised = mapOf(
          editedDocument(
            document,
            proposals.quotas.flatMap(({ edits }) => edits),
          ),
        );
        const after = raised ? await recordsOf(raised.model, single) : [];
        expect(after.filter(({ code }) => code === 'QUOTA_EXCEEDED')).toEqual([]);
        expect(proposals.quotas.length > 0).toBe(
          auditLog.rows.some(({ code }) => code === 'QUOTA_EXCEEDED'),
        );
      }),
      { numRuns: sized(20, 4) },
    );
  });
});

describe('unused', () => {
  test('names no grant that a recorded call used, and every other', async () => {
    await fc.assert(
      fc.asyncProperty(anyMap, anyTraffic, async (map, calls) => {
        const records = await recordsOf(map.model, calls);
        const count = usageCounter(parseModel(map.model));
        for (const record of records) count.add(item(record));
        const { findings } = unusedOf(map, count.result(), true, (path) => ({
          source: 'the map',
          path,
        }));
        const named = new Set(
          findings.flatMap(({ kind, name, grant }) =>
            kind === 'grant' ? [`${name} ${grant}`] : [],
          ),
        );
        const gone = new Set(
          findings.flatMap(({ kind, name }) =>
            kind === 'group' || kind === 'machine' ? [name] : [],
          ),
        );
        for (const rule of map.rules) {
          if (
            rule.effect === 'deny' ||
            (rule.subject.kind !== 'group' && rule.subject.kind !== 'machine')
          )
            continue;
          const used = usedBy(map, records, rule.subject, (index) =>
            hasBit(unionOf(map, rule), index),
          );
          const key = `${rule.subject.name} ${rule.permission ?? rule.pattern}`;
          expect([key, named.has(key) || gone.has(rule.subject.name)]).toEqual([key, !used]);
        }
      }),
      { numRuns: sized(20, 4) },
    );
  });
});

type Rule = AccessMap['rules'][number];

/** The routes of all rules of the same item of a list. */
function unionOf(map: AccessMap, { place, subject }: Rule): Uint32Array {
  const rows = map.rules
    .filter((one) => one.place.path === place.path && one.subject.kind === subject.kind)
    .map(({ routes }) => routes);
  return (rows[0] ?? new Uint32Array(1)).map((_, word) =>
    rows.reduce((bits, row) => bits | (row[word] ?? 0), 0),
  );
}

function usedBy(
  map: AccessMap,
  records: readonly DecisionRecord[],
  { kind, name }: Rule['subject'],
  has: (index: number) => boolean,
): boolean {
  const { routeIndex, groups } = parseModel(map.model);
  return records.some(({ route = '', code, groups: carried = [], principal, reason }) => {
    const index = routeIndex.get(route);
    const evaluated = code === undefined ? reason !== 'signed_in' : code === 'QUOTA_EXCEEDED';
    if (index === undefined || !evaluated || !has(index)) return false;
    return kind === 'group' ? carried.includes(name) && groups.has(name) : principal?.id === name;
  });
}

function allowedCells(map: AccessMap): readonly string[] {
  const { subjects, routes } = matrixOf(map);
  return routes.flatMap(({ key, cells }) =>
    cells.flatMap(({ rule }, n) => {
      const subject = subjects[n];
      return rule === 'allowed' && subject
        ? [`${subject.kind === 'group' ? '' : 'machine '}${subject.name} ${key}`]
        : [];
    }),
  );
}
