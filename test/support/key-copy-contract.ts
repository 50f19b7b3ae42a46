import { describe, expect, test } from '@jest/globals';
import { COPY_REWRITE_MS } from '../../lambda/adapters/key-set.ts';
import type { KeyCopy } from '../../lambda/ports.ts';

const NOON = Date.parse('2026-11-22T12:00:00Z');
const [a, b] = [[{ kty: 'RSA', kid: 'a', n: 'n', e: 'AQAB' }], [{ kty: 'RSA', kid: 'b', n: 'n', e: 'AQAB' }]];

let made = 0;
const newIssuer = (): string => `https://acme.okta.com/oauth2/aus${++made}`;

/** What every shared copy of keys must keep, whatever it is made of. */
export function keyCopyContract(name: string, copy: () => KeyCopy): void {
  describe(`${name} keeps the contract of a key copy`, () => {
    test('gives back what was written, for its issuer alone', async () => {
      const [one, other] = [newIssuer(), newIssuer()];
      expect(await copy().read(one)).toBeUndefined();
      await copy().write(one, { keys: a, fetchedAt: NOON });
      expect(await copy().read(one)).toEqual({ keys: a, fetchedAt: NOON });
      expect(await copy().read(other)).toBeUndefined();
    });

    test('takes other keys that were fetched later', async () => {
      const issuer = newIssuer();
      await copy().write(issuer, { keys: a, fetchedAt: NOON });
      await copy().write(issuer, { keys: b, fetchedAt: NOON + 1 });
      expect(await copy().read(issuer)).toEqual({ keys: b, fetchedAt: NOON + 1 });
    });

    test.each([-1, 0])('leaves what it has to keys that were fetched earlier or at the same time (%d ms)', async (distance) => {
      const issuer = newIssuer();
      await copy().write(issuer, { keys: a, fetchedAt: NOON });
      await copy().write(issuer, { keys: b, fetchedAt: NOON + distance });
      expect(await copy().read(issuer)).toEqual({ keys: a, fetchedAt: NOON });
    });

    test('writes the same keys anew once they are an hour old, and not before', async () => {
      const issuer = newIssuer();
      await copy().write(issuer, { keys: a, fetchedAt: NOON });
      await copy().write(issuer, { keys: a, fetchedAt: NOON + COPY_REWRITE_MS - 1 });
      expect(await copy().read(issuer)).toMatchObject({ fetchedAt: NOON });
      await copy().write(issuer, { keys: a, fetchedAt: NOON + COPY_REWRITE_MS });
      expect(await copy().read(issuer)).toMatchObject({ fetchedAt: NOON + COPY_REWRITE_MS });
    });
  });
}
