/** Schema of who may call what, and how often: `routes` to `tests`. */
import { PERIODS } from '../../../lambda/core/contract/periods.ts';
import { METHODS } from '../../../lambda/core/model/model-file.ts';
import { PERMISSION, ROUTE } from '../routes/notation.ts';
import {
  clientId,
  grants,
  groupNames,
  mode,
  name,
  names,
  on,
  paths,
  pattern,
  patterns,
  quotaName,
  route,
  text,
} from './schema-terms.ts';

export const routes = {
  type: ['array', 'object'],
  description: 'The route inventory: every route of the API.',
  minItems: 1,
  expected: 'a list of routes such as `GET /orders/{id}`',
  items: {
    type: ['string', 'object'],
    pattern: ROUTE,
    notation: 'route',
    additionalProperties: false,
    required: ['route'],
    properties: {
      route,
      sensitive: {
        ...on,
        default: false,
        description: 'Worth a second look: what is new here is reported.',
      },
      mode: { ...mode, description: 'Default: the `mode` of the map.' },
      paths: { ...paths, description: 'Default: `api.paths`.' },
    },
    expected: 'a route such as `GET /orders/{id}`',
  },
  additionalProperties: false,
  required: ['openapi'],
  properties: {
    openapi: {
      ...text,
      expected: 'the name of an OpenAPI file',
      description:
        'An OpenAPI document, version 2 or 3, or a template with one: `template.yaml`, or `template.yaml#Api` where several resources have one.',
    },
    basePath: {
      type: 'string',
      enum: ['ignore', 'prepend'],
      default: 'ignore',
      expected: '`ignore` or `prepend`, as the import of the document is told',
      description:
        'What the import does with the path of the document’s server (`--basepath`, `basepath=`). The stage of an exported API is never part of a route.',
    },
  },
} as const;

export const permissions = {
  type: 'object',
  description: 'Named sets of routes; the names are scopes for back ends.',
  expected: 'a mapping of names to patterns',
  propertyNames: {
    type: 'string',
    pattern: PERMISSION,
    expected: 'a permission name such as `orders:read` (an OAuth scope)',
  },
  additionalProperties: {
    type: ['array', 'object'],
    uniqueItems: true,
    minItems: 1,
    items: pattern,
    expected: 'a list of patterns',
    additionalProperties: false,
    properties: {
      routes: patterns,
      except: patterns,
      tag: text,
      methods: {
        type: 'array',
        minItems: 1,
        uniqueItems: true,
        items: {
          type: 'string',
          enum: METHODS,
          expected: `one of the methods ${METHODS.join(', ')}`,
        },
        expected: 'a list of methods',
      },
      fromOpenapi: { type: 'string', enum: ['security'], expected: '`security`' },
    },
  },
} as const;

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
        items: {
          type: 'object',
          additionalProperties: false,
          required: ['limit', 'per'],
          expected: 'a window such as `{ limit: 60, per: minute }`',
          properties: {
            limit,
            per,
            routes: { ...grants, minItems: 1, description: 'Only calls of these routes count.' },
          },
        },
      },
      accuracy: {
        type: 'string',
        enum: ['exact', 'leased'],
        default: 'exact',
        expected: '`exact` or `leased`',
      },
      onStoreFailure: {
        type: 'string',
        enum: ['deny', 'allow'],
        default: 'deny',
        expected: '`deny` or `allow`',
      },
      onExceeded: {
        type: 'string',
        enum: ['refuse', 'pass'],
        default: 'refuse',
        expected: '`refuse` or `pass`',
      },
      strict: {
        ...on,
        default: false,
        description:
          'Charged whenever a grant with this quota opens the route, beside the quotas of other groups and not in their place.',
      },
    },
  },
} as const;

export const groups = {
  type: 'object',
  description: 'What each Okta group may call. A deny beats every allow.',
  expected: 'a mapping of group names to `allow`, `deny` and `quota`',
  propertyNames: name,
  additionalProperties: {
    type: ['object', 'null'],
    additionalProperties: false,
    expected: '`allow`, `deny` and `quota` of the group',
    properties: {
      allow: grants,
      deny: grants,
      quota: quotaName,
      was: {
        ...names,
        description: 'Former names of the group; tokens that still carry one count as the group.',
      },
      id: {
        type: 'string',
        pattern: '^[A-Za-z0-9]{1,64}$',
        expected: 'the Okta id of a group, such as `00g1emaKYZTWRYYRRTSK`',
        description: 'Okta id of the group; needed where several groups have the name.',
      },
      rule: { ...text, description: 'Okta expression of a group rule that fills the group.' },
      literal: {
        ...on,
        default: false,
        description: 'The group is really named so: its name has a `*` or `?`, and is no pattern.',
      },
    },
  },
} as const;

export const everyone = {
  type: 'object',
  description:
    'What every valid user token holds beside its groups, those without groups included; machines do not.',
  additionalProperties: false,
  minProperties: 1,
  expected: '`allow`, `deny` and `quota` of every user',
  properties: {
    allow: {
      ...grants,
      description:
        'For a further okta block only where its `groups` list the reserved word `everyone`.',
    },
    deny: grants,
    quota: {
      ...quotaName,
      description: 'Charged for each call of a user that a grant opens, whoever the grant is of.',
    },
  },
} as const;

export const conflicts = {
  type: 'array',
  description:
    'Separation of duties: who holds two of the groups is refused on the routes (`CONFLICT`), machines too.',
  minItems: 1,
  expected:
    'a list of conflicts such as `{ groups: [makers, checkers], routes: [POST /payments] }`',
  items: {
    type: 'object',
    additionalProperties: false,
    required: ['groups', 'routes'],
    expected: 'a conflict such as `{ groups: [makers, checkers], routes: [POST /payments] }`',
    properties: {
      groups: { ...groupNames, minItems: 2, expected: 'a list of two or more group names' },
      routes: { ...patterns, minItems: 1 },
    },
  },
} as const;

export const machines = {
  type: 'object',
  description: 'Clients without a user (client credentials), by client id.',
  expected: 'a mapping of client ids to `{ groups }` or `{ allow, deny, quota }`',
  propertyNames: clientId,
  additionalProperties: {
    type: 'object',
    additionalProperties: false,
    minProperties: 1,
    expected: '`groups`, or `allow`, `deny` and `quota` of the machine',
    properties: {
      groups: { ...groupNames, minItems: 1 },
      allow: grants,
      deny: grants,
      quota: quotaName,
    },
  },
} as const;

export const mapTests = {
  type: 'array',
  description: 'Cells that must be open or closed.',
  expected: 'a list of tests such as `{ groups: [readers], allows: [GET /orders] }`',
  items: {
    type: 'object',
    additionalProperties: false,
    expected: 'a test such as `{ groups: [readers], allows: [GET /orders] }`',
    properties: {
      groups: groupNames,
      machine: clientId,
      scopes: names,
      allows: patterns,
      denies: patterns,
      mode: {
        type: 'string',
        enum: ['shadow'],
        expected: '`shadow`, or no `mode`',
        description:
          'The routes are in shadow mode, and the test is about what their rules will do once enforced.',
      },
    },
  },
} as const;
