import { describe, expect, test } from '@jest/globals';
import { embeddedMetrics } from '../../../lambda/adapters/embedded-metrics.ts';
import { memoryKeyCopy } from '../../../lambda/adapters/memory-key-copy.ts';
import { keyMetrics, reportingKeyCopy } from '../../../lambda/authorizer/key-metrics.ts';

function scene() {
  const lines: Record<string, unknown>[] = [];
  const clock = { at: 1_000_000, now: () => clock.at };
  const metrics = embeddedMetrics(
    'Authorizer',
    clock,
    (line) => void lines.push(JSON.parse(line) as Record<string, unknown>),
  );
  return { lines, clock, metrics };
}

describe('the metrics of keys', () => {
  test('are lines in the embedded metric format, under the name of the function', () => {
    const { lines, metrics, clock } = scene();
    keyMetrics(
      'https://acme.okta.com/oauth2/aus1',
      metrics,
      clock,
    )({ source: 'issuer', ageMs: 30 });
    expect(lines).toEqual([
      {
        _aws: {
          Timestamp: 1_000_000,
          CloudWatchMetrics: [
            {
              Namespace: 'OktaGroupAuthorizer',
              Dimensions: [['FunctionName']],
              Metrics: [{ Name: 'KeysFromIssuer' }, { Name: 'KeyAgeSeconds' }],
            },
          ],
        },
        FunctionName: 'Authorizer',
        KeysFromIssuer: 1,
        KeyAgeSeconds: 0,
        keySource: 'issuer',
        issuer: 'https://acme.okta.com/oauth2/aus1',
      },
    ]);
  });

  test.each([
    ['copy', 7_200_000, { KeysFromCopy: 1, KeyAgeSeconds: 7_200 }],
    ['memory', 600_000, { KeysFromMemory: 1, KeyAgeSeconds: 600 }],
    ['none', undefined, { KeysMissing: 1 }],
  ] as const)('say that keys are from: %s', (source, ageMs, values) => {
    const { lines, metrics, clock } = scene();
    keyMetrics('x', metrics, clock)({ source, ageMs });
    expect(lines).toMatchObject([{ ...values, keySource: source }]);
  });

  test('are one line a minute while the issuer is down, and at once when that changes', () => {
    const { lines, metrics, clock } = scene();
    const report = keyMetrics('x', metrics, clock);
    for (let second = 0; second < 120; second++) {
      report({ source: 'memory', ageMs: 1 });
      clock.at += 1_000;
    }
    expect(lines).toHaveLength(2);
    report({ source: 'copy', ageMs: 1 });
    report({ source: 'issuer', ageMs: 1 });
    expect(lines).toHaveLength(4);
  });

  test('count the failures of the shared copy, and a failure to load it, without their texts', async () => {
    const { lines, metrics, clock } = scene();
    const failing = reportingKeyCopy(() => Promise.reject(new TypeError('secret')), metrics, clock);
    await expect(failing.read('x')).rejects.toThrow();
    await expect(
      failing.write('x', { keys: [], fetchedAt: 1 }, { now: 1, rewriteAfterMs: 1 }),
    ).rejects.toThrow();
    expect(lines).toMatchObject([
      { KeyCopyFailures: 1, error: 'TypeError' },
      { KeyCopyFailures: 1, error: 'TypeError' },
    ]);
    expect(JSON.stringify(lines)).not.toContain('secret');
    const working = reportingKeyCopy(async () => memoryKeyCopy(), metrics, clock);
    expect(await working.read('x')).toBeUndefined();
    expect(lines).toHaveLength(2);
  });

  test('do not count a failure that a freeze of the environment brought about', async () => {
    const { lines, metrics, clock } = scene();
    const frozen = reportingKeyCopy(
      async () => {
        clock.at += 60_000;
        throw new DOMException('aborted', 'TimeoutError');
      },
      metrics,
      clock,
    );
    await expect(frozen.read('x')).rejects.toThrow();
    expect(lines).toEqual([]);
  });

  test('say how old the shared copy is where it is read', async () => {
    const { lines, metrics, clock } = scene();
    const stored = memoryKeyCopy();
    await stored.write(
      'x',
      { keys: [], fetchedAt: clock.at - 7_200_000 },
      { now: clock.at, rewriteAfterMs: 1 },
    );
    await reportingKeyCopy(async () => stored, metrics, clock).read('x');
    expect(lines).toMatchObject([{ KeyCopyAgeSeconds: 7_200, issuer: 'x' }]);
  });
});
