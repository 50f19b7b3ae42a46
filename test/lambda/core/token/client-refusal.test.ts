import { expect, test } from '@jest/globals';
import { parseModel } from '../../../../lambda/core/model/load-model.ts';
import { clientRefusal } from '../../../../lambda/core/token/client-refusal.ts';
import { modelFile } from '../../../support/model.ts';

const model = parseModel(
  modelFile({
    routes: ['GET /a'],
    okta: { clients: ['0oa1web'] },
    machines: { m1: { allow: ['GET /a'] } },
  }),
);
const [block] = model.okta;
const accepted = { cid: '0oa1web', uid: '00u1' };
const other = { cid: 'other' };

test.each([
  ['of `clients`, with a user', block, accepted, undefined],
  ['of `machines`', block, { cid: 'm1' }, undefined],
  ['of `machines`, with a user', block, { cid: 'm1', uid: '00u1' }, 'machine_client_with_user'],
  ['of neither', block, other, 'not_accepted'],
  ['that is not known', block, undefined, undefined],
  [
    'of neither, where any may call',
    block && { ...block, clients: 'any' as const },
    other,
    undefined,
  ],
  ['of `clients`, from no block of the map', undefined, accepted, 'unknown'],
  ['that is not known, from no block of the map', undefined, undefined, 'unknown'],
])('a client %s', (_, from, client, reason) => {
  expect(clientRefusal(model, from, client)?.reason).toBe(reason);
});

test('a block that the map lacks is an issuer that it does not accept', () => {
  expect(clientRefusal(model, undefined, undefined)?.code).toBe('TOKEN_ISSUER');
});
