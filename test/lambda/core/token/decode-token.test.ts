import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { nodeBase64url } from '../../../../lambda/adapters/node-base64url.ts';
import { decodeToken, partsOf, webBase64url } from '../../../../lambda/core/token/decode-token.ts';

const readers = [
  ['the web', webBase64url],
  ['Node', nodeBase64url],
] as const;
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const part = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString('base64url');

describe.each(readers)('base64url by the means of %s', (_name, { isCanonical, text }) => {
  test('is canonical exactly as an encoder writes it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (bytes) => {
        expect(isCanonical(part(bytes))).toBe(true);
      }),
    );
  });

  test('that decodes and encodes to another text is not canonical, and is no text', () => {
    const unit = fc.constantFrom(...LETTERS, '=', '+', '/', ' ', '\n', 'é');
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 12 }), (spelling) => {
        const canonical = part(Buffer.from(spelling, 'base64url')) === spelling;
        expect(isCanonical(spelling)).toBe(canonical);
        if (!canonical) expect(text(spelling)).toBeUndefined();
      }),
    );
  });

  test('is text where its bytes are UTF-8, byte order mark included', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (written) => {
        expect(text(part(written))).toBe(written);
        expect(text(part(`\ufeff${written}`))).toBe(`\ufeff${written}`);
      }),
    );
  });
});

test('both means read any bytes alike', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
      expect(nodeBase64url.text(part(bytes))).toBe(webBase64url.text(part(bytes)));
    }),
  );
});

describe('a member that an object has twice', () => {
  const tokenOf = (payload: string): string => `${part('{}')}.${part(payload)}.${part('s')}`;
  const reasonOf = (payload: string): unknown => {
    const decoded = decodeToken(tokenOf(payload));
    return 'code' in decoded ? decoded.reason : 'none';
  };
  /** JSON that a writer may write: any spaces and escapes between and within the same tokens. */
  const escaped = (json: string): string =>
    json.replace(/[a-z]/g, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`);

  test.each([
    ['at the top', '{"a":1,"a":1}'],
    ['between others', '{"a":1,"b":2,"a":3}'],
    ['within a list', '{"a":[{"b":1,"b":2}]}'],
    ['deep', '{"a":{"b":{"c":[[{"d":{"e":1,"e":1}}]]}}}'],
    ['spelt in two ways', '{"a":1,"\\u0061":2}'],
    ['with colons in its name', '{"a:b":1,"a:b":2}'],
    ['with quotes in its name', '{"a\\"b":1,"a\\"b":2}'],
    ['of the name of a prototype', '{"__proto__":1,"__proto__":2}'],
    ['without a name', '{"":1,"":2}'],
    ['whose former value was an object', '{"a":{"b":1},"a":{}}'],
  ])('is found %s', (_where, payload) => {
    expect(reasonOf(payload)).toBe('duplicate_member');
  });

  test.each([
    ['colons and quotes in texts', '{"a":":\\":\\\\","b":"\\\\\\":","c":["::"]}'],
    ['one name in two objects', '{"a":{"b":1},"c":{"b":1}}'],
    ['the name of a prototype once', '{"__proto__":{"a":1},"constructor":2}'],
    ['names that are numbers', '{"2":1,"1":[],"-1":{}}'],
    ['nothing', '{}'],
    ['thousands of lists in one another', `{"a":${'['.repeat(4_000)}${']'.repeat(4_000)}}`],
  ])('is not seen in %s', (_what, payload) => {
    expect(reasonOf(payload)).toBe('none');
  });

  test('is found wherever one is added to any JSON, and nowhere else', () => {
    const object = fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1, maxKeys: 5 });
    fc.assert(
      fc.property(object, fc.nat(), fc.boolean(), (value, at, spaced) => {
        const json = JSON.stringify(value, undefined, spaced ? 1 : undefined);
        expect(reasonOf(json)).toBe('none');
        const names = Object.keys(value);
        const second = JSON.stringify(names[at % names.length]);
        expect(reasonOf(`${json.slice(0, -1)},${escaped(second)}:null}`)).toBe('duplicate_member');
      }),
    );
  });
});

test('12 KiB of dots and letters are no token, and none is too long to be told so', () => {
  expect(partsOf('a.'.repeat(6_000))).toMatchObject({
    code: 'TOKEN_MALFORMED',
    reason: 'not_a_jwt',
  });
});
