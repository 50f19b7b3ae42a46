import { expect, test } from '@jest/globals';
import { flushOnChange, type GatewayControl } from '../../../lambda/flush/flush.ts';

type RequestType = 'Create' | 'Update' | 'Delete';

const SUCCESS = { kind: 'success', physicalId: 'authorizer-cache-a1', data: {} };

function scene({ failing = [] as readonly string[], unlisted = false } = {}) {
  const flushed: string[] = [];
  const logged: Readonly<Record<string, unknown>>[] = [];
  const control: GatewayControl = {
    stagesOf: async () => {
      if (unlisted) throw new TypeError('denied');
      return ['$default', 'v2'];
    },
    flush: async ({ kind, apiId }, stage) => {
      if (failing.includes(stage)) throw new RangeError('throttled');
      flushed.push(`${kind} ${apiId} ${stage}`);
    },
  };
  return {
    flushed,
    told: logged,
    run: (type: RequestType = 'Update') =>
      flushOnChange(
        {
          RequestType: type,
          ResourceProperties: { ApiId: 'a1', Kind: 'http', MapVersion: '2' },
        },
        control,
        (record) => logged.push(record),
      ),
  };
}

test.each([
  ['Create', ['http a1 $default', 'http a1 v2']],
  ['Update', ['http a1 $default', 'http a1 v2']],
  ['Delete', []],
] as const)('%s flushes %j', async (type, expected) => {
  const { flushed, run } = scene();
  expect(await run(type)).toEqual(SUCCESS);
  expect(flushed).toEqual(expected);
});

test('a stage that cannot be flushed is reported, does not stop the others, and never has the deploy roll back to the old map', async () => {
  const { flushed, told: logged, run } = scene({ failing: ['$default'] });
  expect(await run()).toEqual(SUCCESS);
  expect(flushed).toEqual(['http a1 v2']);
  expect(logged).toContainEqual({
    error: 'RangeError',
    flushed: false,
    apiId: 'a1',
    stage: '$default',
  });
});

test('stages that cannot be listed are reported', async () => {
  const { told: logged, run } = scene({ unlisted: true });
  expect(await run()).toEqual(SUCCESS);
  expect(logged).toEqual([{ error: 'TypeError', flushed: false, apiId: 'a1' }]);
});
