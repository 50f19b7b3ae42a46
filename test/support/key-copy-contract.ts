import { describe, expect, test } from '@jest/globals';
import { COPY_REWRITE_MS } from '../../lambda/adapters/key-timings.ts';
import type { CopyTerms, KeyCopy } from '../../lambda/ports.ts';

const NOON = Date.parse('2026-11-22T12:00:00Z');
const [a, b] = [
  [{ kty: 'RSA', kid: 'a', n: 'n', e: 'AQAB' }],
  [{ kty: 'RSA', kid: 'b', n: 'n', e: 'AQAB' }],
];

const terms: CopyTerms = { now: NOON, rewriteAfterMs: COPY_REWRITE_MS };

let made = 0;
const newIssuer = (): string => `https://acme.okta.com/oauth2/aus${++made}`;

/** What every shared copy of keys must keep, whatever it is made of. */
export function keyCopyContract(name: string, copy: () => KeyCopy): void {
  describe(`${name} keeps the contract of a key copy`, () => {
    test('gives back what was written, for its issuer alone', async () => {
      const [one, other] = [newIssuer(), newIssuer()];
      expect(await copy().read(one)).toBeUndefined();
      expect(await copy().write(one, { keys: a, fetchedAt: NOON }, terms)).toBe('written');
      expect(await copy().read(one)).toEqual({ keys: a, fetchedAt: NOON });
      expect(await copy().read(other)).toBeUndefined();
    });

    test('takes other keys that were fetched later', async () => {
      const issuer = newIssuer();
      await copy().write(issuer, { keys: a, fetchedAt: NOON }, terms);
      await copy().write(issuer, { keys: b, fetchedAt: NOON + 1 }, terms);
      expect(await copy().read(issuer)).toEqual({ keys: b, fetchedAt: NOON + 1 });
    });

    test.each([-1, 0])(
      'leaves what it has to keys that were fetched earlier or at the same time (%d ms)',
      async (distance) => {
        const issuer = newIssuer();
        await copy().write(issuer, { keys: a, fetchedAt: NOON }, terms);
        expect(await copy().write(issuer, { keys: b, fetchedAt: NOON + distance }, terms)).toBe(
          'kept',
        );
        expect(await copy().read(issuer)).toEqual({ keys: a, fetchedAt: NOON });
      },
    );

    test('writes the same keys again once they are an hour old, and not before', async () => {
      const issuer = newIssuer();
      await copy().write(issuer, { keys: a, fetchedAt: NOON }, terms);
      await copy().write(issuer, { keys: a, fetchedAt: NOON + COPY_REWRITE_MS - 1 }, terms);
      expect(await copy().read(issuer)).toMatchObject({ fetchedAt: NOON });
      await copy().write(issuer, { keys: a, fetchedAt: NOON + COPY_REWRITE_MS }, terms);
      expect(await copy().read(issuer)).toMatchObject({ fetchedAt: NOON + COPY_REWRITE_MS });
    });

    test('writes the same keys again as early as it is told to', async () => {
      const issuer = newIssuer();
      const often = { now: NOON, rewriteAfterMs: 60_000 };
      await copy().write(issuer, { keys: a, fetchedAt: NOON }, often);
      expect(await copy().write(issuer, { keys: a, fetchedAt: NOON + 59_999 }, often)).toBe('kept');
      expect(await copy().write(issuer, { keys: a, fetchedAt: NOON + 60_000 }, often)).toBe(
        'written',
      );
    });

    test.each([
      [60_000, 'kept'],
      [60_001, 'written'],
    ] as const)('lets a copy from %d ms ahead of now be %s', async (ahead, outcome) => {
      const issuer = newIssuer();
      await copy().write(issuer, { keys: a, fetchedAt: NOON + ahead }, terms);
      expect(await copy().write(issuer, { keys: b, fetchedAt: NOON }, terms)).toBe(outcome);
    });
  });
}
