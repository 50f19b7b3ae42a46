import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type AttachmentRequest,
  readRequest,
  textIn,
  writeRequest,
} from '../../../../lambda/core/contract/attachment-request.ts';
import {
  flushProperties,
  readFlushProperties,
} from '../../../../lambda/core/contract/custom-resources.ts';
import { sized } from '../../../support/tier.ts';

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
const texts = fc.array(text, { maxLength: 4 });

const requests: fc.Arbitrary<AttachmentRequest> = fc.record(
  {
    kind: fc.constantFrom('http', 'rest'),
    apiId: text,
    stage: text,
    authorizerName: text,
    authorizerId: text,
    guarded: texts,
    public: texts,
    uncheckedPublic: texts,
    shadow: texts,
    shadowUnmapped: fc.boolean(),
    issuers: texts,
    replace: texts,
    onUnmapped: fc.constantFrom('fail', 'deny', 'leave'),
    accept: texts,
    acceptedForeign: texts,
    otherStages: fc.oneof(
      fc.constantFrom('fail', 'leave'),
      fc.array(text, { minLength: 1, maxLength: 3 }),
    ),
    takeOver: text,
    keepOnDelete: fc.boolean(),
    publishPending: fc.boolean(),
    dryRun: fc.boolean(),
    endpoint: text,
    cors: fc.boolean(),
    responses: fc.array(
      fc.record(
        { type: text, statusCode: text, headers: fc.dictionary(text, text), template: text },
        { requiredKeys: ['type', 'statusCode', 'headers'] },
      ),
      { maxLength: 3 },
    ),
    replaceResponses: fc.boolean(),
  },
  {
    requiredKeys: [
      ...(['kind', 'apiId', 'authorizerName', 'guarded', 'public', 'uncheckedPublic'] as const),
      ...(['shadow', 'shadowUnmapped', 'issuers', 'replace', 'onUnmapped', 'accept'] as const),
      ...(['acceptedForeign', 'otherStages', 'keepOnDelete'] as const),
      ...(['publishPending', 'dryRun', 'responses', 'replaceResponses', 'cors'] as const),
    ],
  },
);

describe('the properties of an attachment', () => {
  test('say to the function what the stack asked for, all scalars as text on the way', () => {
    fc.assert(
      fc.property(requests, (request) => {
        const wire = JSON.parse(JSON.stringify(writeRequest(request))) as Record<string, unknown>;
        expect(readRequest(wire)).toEqual(JSON.parse(JSON.stringify(request)));
        for (const value of Object.values(wire))
          expect(Array.isArray(value) || typeof value === 'string').toBe(true);
      }),
      { numRuns: sized(200, 60) },
    );
  });

  test('of a field that is not given are absent', () => {
    expect(writeRequest({ apiId: 'a1', dryRun: false })).toEqual({
      ApiId: 'a1',
      DryRun: 'false',
    });
  });

  test.each(['Kind', 'ApiId', 'AuthorizerName'])('without %s are refused', (name) => {
    const { [name]: _, ...others } = writeRequest({
      kind: 'http',
      apiId: 'a1',
      authorizerName: 'okta-groups',
    });
    expect(() => readRequest(others)).toThrow(
      `property ${name} is missing: deploy with the version that made this stack`,
    );
  });

  test('of another version may lack a field, or have one that is no text', () => {
    expect(textIn(undefined, 'endpoint')).toBeUndefined();
    expect(textIn({ Endpoint: ['/a'] }, 'endpoint')).toBeUndefined();
    expect(textIn({ Endpoint: '/a' }, 'endpoint')).toBe('/a');
  });
});

test.each(['http', 'rest'] as const)('the flush of an %s API reads what was written', (kind) => {
  const target = { kind, apiId: 'a1' };
  expect(readFlushProperties(flushProperties(target, 'v1'))).toEqual(target);
});
