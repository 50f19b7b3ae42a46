/** Schema of who may call what: `groups` to `tests`. */
import {
  clientId,
  grants,
  groupNames,
  name,
  names,
  on,
  patterns,
  quotaName,
  text,
} from './schema-terms.ts';

export const groups = {
  type: 'object',
  description: 'What each Okta group may call. A deny beats every allow.',
  expected: 'a mapping of group names to `allow`, `deny` and `quota`',
  propertyNames: name,
  additionalProperties: {
    type: ['object', 'null'],
    additionalProperties: false,
    expected: '`allow`, `deny` and `quota` of the group',
    description: 'An Okta group, by the name that the token carries.',
    properties: {
      allow: { ...grants, description: 'What its members may call.' },
      deny: { ...grants, description: 'What its members may not call, whatever else allows it.' },
      quota: {
        ...quotaName,
        description: 'Charged for calls that this group allows; absent: such calls are free.',
      },
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
        description: 'The name with its `*` or `?` is the real name of the group, and no pattern.',
      },
    },
  },
} as const;

export const everyone = {
  type: 'object',
  description:
    'Rules for every valid user token in addition to its groups, tokens without groups included; not for machines.',
  additionalProperties: false,
  minProperties: 1,
  expected: '`allow`, `deny` and `quota` of every user',
  properties: {
    allow: {
      ...grants,
      description:
        'For a further okta block only where its `groups` list the reserved word `everyone`.',
    },
    deny: { ...grants, description: 'What no user may call, whatever a group allows.' },
    quota: {
      ...quotaName,
      description: 'Charged for each call of a user that any grant allows.',
    },
  },
} as const;

export const conflicts = {
  type: 'array',
  description:
    'Separation of duties: a caller in two of the groups is refused on the routes (`CONFLICT`), machines too.',
  minItems: 1,
  expected:
    'a list of conflicts such as `{ groups: [makers, checkers], routes: [POST /payments] }`',
  items: {
    type: 'object',
    additionalProperties: false,
    required: ['groups', 'routes'],
    expected: 'a conflict such as `{ groups: [makers, checkers], routes: [POST /payments] }`',
    description: 'One conflict.',
    properties: {
      groups: {
        ...groupNames,
        minItems: 2,
        expected: 'a list of two or more group names',
        description: 'A caller in any two of them is refused.',
      },
      routes: { ...patterns, minItems: 1, description: 'Routes that refuse such a caller.' },
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
    description: 'A client that calls for itself, by its client id.',
    properties: {
      groups: {
        ...groupNames,
        minItems: 1,
        description:
          'The machine may call what these groups may call, and is charged to their quotas.',
      },
      allow: { ...grants, description: 'What the machine may call.' },
      deny: { ...grants, description: 'What the machine may not call.' },
      quota: { ...quotaName, description: 'Charged for calls that its own `allow` grants.' },
    },
  },
} as const;

export const mapTests = {
  type: 'array',
  description: 'Calls that must be allowed or denied.',
  expected: 'a list of tests such as `{ groups: [readers], allows: [GET /orders] }`',
  items: {
    type: 'object',
    additionalProperties: false,
    expected: 'a test such as `{ groups: [readers], allows: [GET /orders] }`',
    description: 'One test: a caller, and the routes that it must be allowed or denied.',
    properties: {
      groups: { ...groupNames, description: 'Groups of the caller, all at once.' },
      machine: { ...clientId, description: 'The caller is this machine.' },
      scopes: { ...names, description: 'Scopes of its token, with `scopes: intersect`.' },
      allows: { ...patterns, description: 'Every route of these patterns must be allowed.' },
      denies: { ...patterns, description: 'Every route of these patterns must be denied.' },
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
