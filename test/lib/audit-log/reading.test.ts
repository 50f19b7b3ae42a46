import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fileInputs, type Input } from '../../../lib/audit-log/inputs.ts';
import { type LogGroups, logGroupInput } from '../../../lib/audit-log/log-group.ts';
import { auditLogReading, readAuditLog } from '../../../lib/audit-log/read-audit-log.ts';
import { inTimeOrder } from '../../../lib/audit-log/time-order.ts';
import { project } from '../commands/project.ts';

const at = (seconds: number, more: object = {}) => ({
  record: 'decision',
  v: 1,
  time: new Date(Date.parse('2026-11-22T10:00:00Z') + seconds * 1_000).toISOString(),
  route: 'GET /ä',
  effect: 'allow',
  mode: 'enforce',
  reason: 'group_allows',
  mapVersion: 'one',
  weight: 1,
  ...more,
});
const line = (seconds: number, more: object = {}) => `${JSON.stringify(at(seconds, more))}\n`;

async function timesOf(inputs: readonly Input[]): Promise<readonly number[]> {
  const times: number[] = [];
  await readAuditLog(inputs, (item) => times.push(item.at));
  return times.map((time) => (time - Date.parse('2026-11-22T10:00:00Z')) / 1_000);
}

const bytes = (chunks: readonly Uint8Array[]): AsyncIterable<Uint8Array> =>
  (async function* () {
    yield* chunks;
  })();

describe('files and folders', () => {
  test('are read with what lies below them, plain and compressed, line ends of both kinds, the last line without one', async () => {
    const folder = project({
      'a.jsonl': line(1).replace('\n', '\r\n') + line(2).trimEnd(),
      'notes.md': 'not a log',
    });
    mkdirSync(join(folder, 'below'));
    writeFileSync(join(folder, 'below/000000.gz'), gzipSync(line(3)));
    expect(await timesOf(fileInputs(['.'], folder, undefined))).toEqual([1, 2, 3]);
  });

  test('the standard input comes in pieces that end anywhere, in the middle of a letter as well, and may be compressed', async () => {
    const text = Buffer.from(line(1) + line(2) + line(3));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 40 }), fc.boolean(), async (size, zipped) => {
        const all = zipped ? gzipSync(text) : text;
        const pieces = Array.from({ length: Math.ceil(all.length / size) }, (_, n) =>
          all.subarray(n * size, (n + 1) * size),
        );
        expect(await timesOf(fileInputs(['-'], '.', bytes(pieces)))).toEqual([1, 2, 3]);
      }),
      { numRuns: 20 },
    );
  });

  test.each([
    ['absent.jsonl', 'expected a file or a folder of records, found nothing at `absent.jsonl`'],
    ['.', 'expected files ending in .jsonl, .json, .log or .gz in `.`, found none'],
    ['-', 'expected records on the standard input, found none'],
  ])('%s is refused in a sentence', (name, message) => {
    expect(() => fileInputs([name], project({ 'notes.md': '' }), undefined)).toThrow(message);
  });

  test('a compressed file that was cut off is reported, with the file', async () => {
    const folder = project({});
    writeFileSync(join(folder, 'cut.gz'), gzipSync(line(1).repeat(5_000)).subarray(0, 200));
    await expect(timesOf(fileInputs(['cut.gz'], folder, undefined))).rejects.toThrow(
      /^cut\.gz:\d+: expected a file that can be read to its end/,
    );
  });
});

describe('what was read is counted', () => {
  const summaryOf = (content: string, since?: number) =>
    readAuditLog(
      fileInputs(['a.jsonl'], project({ 'a.jsonl': content }), undefined),
      () => undefined,
      since,
    );

  test('every line is counted somewhere, bad ones with their places', async () => {
    const summary = await summaryOf(
      `${line(1)}{"record":\nSTART RequestId: 1\n${line(2)}`,
      Date.parse(at(2).time),
    );
    expect(summary).toMatchObject({ decisions: 1, older: 1, others: 1, bad: 1 });
    expect(summary.badPlaces).toEqual([
      'a.jsonl:2: expected JSON, found a line that ends early or is something else',
    ]);
  });

  test('days without a line are counted, and map versions', async () => {
    const summary = await summaryOf(line(0) + line(3 * 86_400, { mapVersion: 'two' }));
    expect(summary).toMatchObject({ emptyDays: 2, mapVersions: ['one', 'two'] });
  });

  test.each([
    [{ weight: 10 }, true],
    [{ weight: 10, code: 'NO_TOKEN', effect: 'deny', reason: 'absent' }, false],
    [{}, false],
  ])('%j means sampled allows: %s', async (more, sampled) => {
    expect((await summaryOf(line(1, more))).sampled).toBe(sampled);
  });

  test('a record of another version ends the reading', async () => {
    await expect(summaryOf(line(1) + line(2, { v: 2 }))).rejects.toThrow(
      'a.jsonl:2: expected decision records of version 1, found version 2: read them with the release that wrote them',
    );
  });
});

test('items of several files come in the order of time, whatever file they are in and however near lines changed places', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 1, maxLength: 30 }), {
        minLength: 1,
        maxLength: 5,
      }),
      async (files) => {
        const folder = project(
          Object.fromEntries(
            files.map((times, n) => [`${n}.jsonl`, times.map((time) => line(time)).join('')]),
          ),
        );
        const found: number[] = [];
        for await (const item of inTimeOrder(
          fileInputs(['.'], folder, undefined),
          auditLogReading(),
        ))
          found.push(item.at);
        expect(found).toEqual(
          files
            .flat()
            .map((time) => Date.parse(at(time).time))
            .toSorted((a, b) => a - b),
        );
      },
    ),
    { numRuns: 15 },
  );
});

test('a file is opened when the others have come to its first item, so that few are open at once and nothing waits in memory', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 1, maxLength: 8 }), {
        minLength: 2,
        maxLength: 5,
      }),
      async (files) => {
        const sorted = files.map((times) => times.toSorted((a, b) => a - b));
        const folder = project(
          Object.fromEntries(
            sorted.map((times, n) => [`${n}.jsonl`, times.map((time) => line(time)).join('')]),
          ),
        );
        const found: number[] = [];
        for await (const item of inTimeOrder(
          fileInputs(['.'], folder, undefined),
          auditLogReading(),
          0,
        ))
          found.push(item.at);
        expect(found).toEqual(found.toSorted((a, b) => a - b));
        expect(found).toHaveLength(files.flat().length);
      },
    ),
    { numRuns: 15 },
  );
});

describe('records that are newest first, as Logs Insights lists them', () => {
  const seconds = Array.from({ length: 10_000 }, (_, n) => n * 3);
  const newestFirst = (times: readonly number[]) => times.toReversed().map((time) => line(time));
  const inOrder = async (files: Readonly<Record<string, string>>): Promise<readonly number[]> => {
    const found: number[] = [];
    const inputs = fileInputs(['.'], project(files), undefined);
    for await (const item of inTimeOrder(inputs, auditLogReading()))
      found.push((item.at - Date.parse('2026-11-22T10:00:00Z')) / 1_000);
    return found;
  };

  test('are read with the oldest first, more of them than wait for neighbours', async () => {
    expect(await inOrder({ 'a.jsonl': newestFirst(seconds).join('') })).toEqual(seconds);
  });

  test('are merged with other files, whatever the order of each', async () => {
    const [first, last] = [seconds.slice(0, 5_000), seconds.slice(5_000)];
    for (const files of [
      { 'a.jsonl': newestFirst(first).join(''), 'b.jsonl': newestFirst(last).join('') },
      {
        'a.jsonl': last.map((time) => line(time)).join(''),
        'b.jsonl': newestFirst(first).join(''),
      },
      {
        'a.jsonl': newestFirst(last).join(''),
        'b.jsonl': first.map((time) => line(time)).join(''),
      },
    ])
      expect(await inOrder(files)).toEqual(seconds);
  });

  test('put together in no order they are refused with what to do', async () => {
    const [first, last] = [seconds.slice(0, 5_000), seconds.slice(5_000)];
    const text = [...last, ...first].map((time) => line(time)).join('');
    await expect(inOrder({ 'a.jsonl': text })).rejects.toThrow(
      /^expected records in the order of their times, found one of 2026-11-22T10:00:00.000Z after many of up to 2026-11-22T\S+; sort them, oldest first, by `jq /,
    );
  });
});

describe('a log group', () => {
  const range = { nowMs: 2_000, sinceMs: 1_000, progress: () => undefined };
  const logs = (
    pages: readonly (readonly string[])[],
    asked: unknown[] = [],
    fail?: Error,
  ): LogGroups => ({
    async *pages(group, times) {
      asked.push([group, times]);
      for (const page of pages) yield page.map((message) => ({ timestamp: 1_500, message }));
      if (fail) throw fail;
    },
  });

  test('is asked for the span, page by page, and progress is reported', async () => {
    const asked: unknown[] = [];
    const messages: string[] = [];
    const input = logGroupInput(
      '/aws/lambda/f',
      logs([[line(1)], [], [line(2), 'START RequestId: 1']], asked),
      {
        ...range,
        progress: (text) => messages.push(text),
      },
    );
    expect(await timesOf([input])).toEqual([1, 2]);
    expect(asked).toEqual([['/aws/lambda/f', { startMs: 1_000, endMs: 2_000 }]]);
    expect(messages).toEqual([
      '/aws/lambda/f: 1 line, up to 1970-01-01T00:00:01.500Z',
      '/aws/lambda/f: 3 lines, up to 1970-01-01T00:00:01.500Z',
    ]);
  });

  test.each([
    [
      'ResourceNotFoundException',
      'no such group\nmore',
      'expected one that can be read, found ResourceNotFoundException: no such group',
    ],
    ['AbortError', 'aborted', 'stopped after 1 line'],
  ])('that cannot be read to its end is reported: %s', async (name, text, message) => {
    const error = Object.assign(new Error(text), { name });
    await expect(
      timesOf([logGroupInput('/g', logs([[line(1)]], [], error), range)]),
    ).rejects.toThrow(`log group \`/g\`: ${message}`);
  });
});
