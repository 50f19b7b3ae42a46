import { expect, test } from '@jest/globals';
import { editAsYaml } from '../../../lib/access-map/edits.ts';

test('an edit is written below its keys, a name of digits among them', () => {
  expect(editAsYaml({ path: ['groups', '2024', 'allow'], add: ['GET /orders'] })).toEqual([
    'groups:',
    '  "2024":',
    '    allow:',
    '      - GET /orders  # add',
  ]);
});

test('the number of an item is no key of its own', () => {
  expect(editAsYaml({ path: ['quotas', 'web', 'windows', 1, 'limit'], set: 5 })).toEqual([
    'quotas:',
    '  web:',
    '    windows:',
    '      limit: 5',
  ]);
});
