/** The small terms of the access map's schema: names, routes, durations. */
import { ID } from '../../../lambda/core/contract/okta-ids.ts';
import { DURATION } from '../report/durations.ts';
import { PATTERN, PERMISSION, ROUTE } from '../routes/notation.ts';

export const route = {
  type: 'string',
  pattern: ROUTE,
  notation: 'route',
  expected: 'a route such as `GET /orders/{id}`',
} as const;
export const pattern = {
  type: 'string',
  pattern: PATTERN,
  notation: 'pattern',
  expected: 'a pattern such as `GET /orders/*`',
} as const;
const grant = {
  type: 'string',
  pattern: `${PATTERN}|${PERMISSION}`,
  notation: 'grant',
  expected: 'the name of a permission, or a pattern such as `GET /orders/*`',
} as const;
export const name = {
  type: 'string',
  pattern: '^(?=.*\\S)[^\\u0000-\\u001F\\u007F]+$',
  maxLength: 255,
  expected: 'a name of at most 255 characters',
} as const;
export const text = { type: 'string', pattern: '\\S', expected: 'text' } as const;
export const duration = {
  type: 'string',
  pattern: DURATION,
  expected: 'a duration such as `60s`, `5m`, `24h` or `90d`',
} as const;
export const on = { type: 'boolean', expected: '`true` or `false`' } as const;
export const clientId = {
  type: 'string',
  pattern: ID.source,
  expected: 'a client id such as `0oa1web`',
} as const;

export const grants = {
  type: 'array',
  uniqueItems: true,
  items: grant,
  expected: 'a list of permissions and patterns',
} as const;
export const patterns = {
  type: 'array',
  uniqueItems: true,
  items: pattern,
  expected: 'a list of patterns',
} as const;
export const names = {
  type: 'array',
  uniqueItems: true,
  items: name,
  expected: 'a list of names',
} as const;
export const groupNames = {
  type: 'array',
  uniqueItems: true,
  items: name,
  expected: 'a list of group names',
} as const;
export const quotaName = {
  type: 'string',
  pattern: '\\S',
  expected: 'the name of a quota',
} as const;
export const paths = {
  type: 'string',
  enum: ['usual', 'exact', 'report'],
  expected: '`usual`, `exact` or `report`',
} as const;
export const mode = {
  type: 'string',
  enum: ['enforce', 'shadow'],
  expected: '`enforce` or `shadow`',
} as const;
