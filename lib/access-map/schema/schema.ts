/**
 * The one definition of the access map: it validates, types the input (`AccessMapInput`), and
 * `access.schema.json` for editors is generated from it. `expected` says in a message what belongs
 * there; `notation` names the notation that explains a wrong text.
 */

import { pathOfPage } from '../report/pages.ts';
import { FIXED_PATH } from '../routes/notation.ts';
import { api } from './schema-api.ts';
import { okta } from './schema-okta.ts';
import { quotas } from './schema-quotas.ts';
import { permissions, routes } from './schema-routes.ts';
import { conflicts, everyone, groups, machines, mapTests } from './schema-rules.ts';
import { duration, mode, names, on, patterns, route, text } from './schema-terms.ts';
import type { FromSchema } from './schema-type.ts';

const permissionsEndpoint = {
  type: 'object',
  description: 'A route of the API at which a caller asks what it may do.',
  additionalProperties: false,
  required: ['path'],
  expected: 'a path such as `{ path: /permissions }`',
  properties: {
    path: {
      type: 'string',
      pattern: FIXED_PATH,
      expected: 'a path without parameters such as `/permissions`',
      description: 'Any valid token may call it by GET, and is never charged.',
    },
    exposeGroups: {
      ...on,
      default: false,
      description: 'Name the groups of the caller that the map knows in the answer.',
    },
  },
} as const;

const blocked = {
  type: 'object',
  description: 'Refused whatever their token says.',
  additionalProperties: false,
  expected: 'lists of `users`, `clients` and `tokens`',
  properties: {
    users: { ...names, expected: 'a list of user ids (`uid`)', description: 'uid claims.' },
    clients: { ...names, expected: 'a list of client ids (`cid`)', description: 'cid claims.' },
    tokens: { ...names, expected: 'a list of token ids (`jti`)', description: 'jti claims.' },
  },
} as const;

const audit = {
  type: 'object',
  description: `How decisions are recorded; ${pathOfPage('audit')}.`,
  additionalProperties: false,
  expected: 'audit settings such as `{ retention: 90d }`',
  properties: {
    allows: {
      type: 'number',
      minimum: 0,
      maximum: 1,
      default: 1,
      expected: 'a share from 0 to 1',
      description: 'Share of the allowed calls that get a record; refusals always do.',
    },
    retention: {
      ...duration,
      description: 'How long logs are kept: a time that CloudWatch knows, such as `90d` or `365d`.',
    },
    hashPrincipal: {
      ...on,
      default: false,
      description: 'Records and access log hold a digest in place of user and client.',
    },
    complete: {
      ...on,
      default: false,
      description: 'Caches no answer, so that each call has a record.',
    },
  },
} as const;

export const accessMapSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['api', 'okta', 'routes'],
  expected: 'an access map with `api`, `okta` and `routes`',
  properties: {
    api,
    okta,
    routes,
    public: {
      type: 'array',
      uniqueItems: true,
      items: route,
      expected: 'a list of routes',
      description: 'Routes without authorizer.',
    },
    signedIn: { ...patterns, description: 'Routes that any valid token may call.' },
    permissions,
    quotas,
    groups,
    everyone,
    conflicts,
    machines,
    scopes: {
      type: 'string',
      enum: ['groups', 'intersect'],
      default: 'groups',
      expected: '`groups` or `intersect`',
      description:
        '`groups`: groups alone decide. `intersect`: the token must also carry a permission of the route as a scope.',
    },
    blocked,
    tests: mapTests,
    extends: {
      ...text,
      expected: 'the name of a file',
      description:
        'A base map, named from the folder of this one, which may then change api, okta, machines, blocked, mode, audit and tests only. `blocked` adds to the base’s.',
    },
    mode: {
      ...mode,
      default: 'enforce',
      description: 'Whether refusals are enforced, or only recorded while any valid token passes.',
    },
    audit,
    permissionsEndpoint,
  },
} as const;

/** An access map as an object, as `AccessMap.fromObject` takes it. */
export type AccessMapInput = FromSchema<typeof accessMapSchema>;

/** The type of one section, such as `groups`, where the map has it. */
export type MapSection<Name extends keyof AccessMapInput> = NonNullable<AccessMapInput[Name]>;
