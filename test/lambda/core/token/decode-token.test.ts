import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkFormat, isCanonicalBase64url } from '../../../../lambda/core/token/decode-token.ts';

describe('base64url', () => {
  test('is canonical exactly as an encoder writes it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (bytes) => {
        expect(isCanonicalBase64url(Buffer.from(bytes).toString('base64url'))).toBe(true);
      }),
    );
  });

  test('that decodes and encodes to another text is not canonical', () => {
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...letters, '='), maxLength: 12 }), (text) => {
        expect(isCanonicalBase64url(text)).toBe(
          Buffer.from(text, 'base64url').toString('base64url') === text,
        );
      }),
    );
  });
});

test('12 KiB of dots and letters are no token, and none is too long to be told so', () => {
  expect(checkFormat('a.'.repeat(6_000))).toMatchObject({
    code: 'TOKEN_MALFORMED',
    reason: 'not_a_jwt',
  });
});
