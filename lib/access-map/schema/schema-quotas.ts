/** Schema of `quotas`: limits over calendar windows. */
import { PERIODS } from '../../../lambda/core/contract/periods.ts';
import { grants, on } from './schema-terms.ts';

const limit = {
  type: 'integer',
  minimum: 1,
  maximum: 1_000_000_000,
  expected: 'a whole number from 1 to 1000000000',
} as const;
const per = {
  type: 'string',
  enum: PERIODS,
  expected: '`minute`, `hour`, `day` or `month`',
} as const;

export const quotas = {
  type: 'object',
  description: 'Limits over UTC calendar windows.',
  expected: 'a mapping of names to quotas',
  propertyNames: {
    type: 'string',
    pattern: '^[A-Za-z0-9_.-]{1,64}$',
    expected: 'a quota name of at most 64 letters, digits, `_`, `.` and `-`',
  },
  additionalProperties: {
    type: 'object',
    additionalProperties: false,
    required: ['by'],
    expected: 'a quota such as `{ limit: 60, per: minute, by: user }`',
    description: 'A quota; groups, machines and `everyone` name it.',
    properties: {
      by: {
        type: 'string',
        enum: ['user', 'client', 'group'],
        expected: '`user`, `client` or `group`',
        description: 'Who is charged.',
      },
      limit: { ...limit, description: 'Short form for one window.' },
      per: { ...per, description: 'Short form for one window.' },
      windows: {
        type: 'array',
        minItems: 1,
        maxItems: 16,
        expected: 'a list of windows such as `{ limit: 60, per: minute }`',
        description: 'Several windows, charged together: a call needs room in all of them.',
        items: {
          type: 'object',
          additionalProperties: false,
          required: ['limit', 'per'],
          expected: 'a window such as `{ limit: 60, per: minute }`',
          description: 'One window of the quota.',
          properties: {
            limit: { ...limit, description: 'Calls that the window admits.' },
            per: { ...per, description: 'Length of the window, by the calendar in UTC.' },
            routes: { ...grants, minItems: 1, description: 'Only calls of these routes count.' },
          },
        },
      },
      accuracy: {
        type: 'string',
        enum: ['exact', 'leased'],
        default: 'exact',
        expected: '`exact` or `leased`',
        description:
          '`exact` writes for each call; `leased` takes several units with one write, and may refuse early.',
      },
      onStoreFailure: {
        type: 'string',
        enum: ['deny', 'allow'],
        default: 'deny',
        expected: '`deny` or `allow`',
        description: 'The answer to a call that cannot be charged: 500, or it passes uncounted.',
      },
      onExceeded: {
        type: 'string',
        enum: ['refuse', 'pass'],
        default: 'refuse',
        expected: '`refuse` or `pass`',
        description:
          'The answer to a call over quota: 403, or it passes with a mark and the back end answers 429.',
      },
      strict: {
        ...on,
        default: false,
        description:
          'Charged whenever a grant with this quota allows the route, in addition to the quotas of other groups.',
      },
    },
  },
} as const;
