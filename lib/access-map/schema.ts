/**
 * The one definition of the access map: it validates, types the input (`AccessMapInput`), and `access.schema.json` for editors is
 * generated from it. `expected` says in a message what belongs there; `notation` names the notation that explains a wrong text.
 */
import { PERIODS } from '../../lambda/core/model.ts';
import { DURATION } from './durations.ts';
import { PATTERN, PERMISSION, ROUTE } from './notation.ts';
import type { FromSchema } from './schema-type.ts';

const route = { type: 'string', pattern: ROUTE, notation: 'route', expected: 'a route such as `GET /orders/{id}`' } as const;
const pattern = { type: 'string', pattern: PATTERN, notation: 'pattern', expected: 'a pattern such as `GET /orders/*`' } as const;
const grant = {
  type: 'string',
  pattern: `${PATTERN}|${PERMISSION}`,
  notation: 'grant',
  expected: 'the name of a permission, or a pattern such as `GET /orders/*`',
} as const;
const name = { type: 'string', pattern: '\\S', maxLength: 255, expected: 'a name of at most 255 characters' } as const;
const text = { type: 'string', pattern: '\\S', expected: 'text' } as const;
const duration = { type: 'string', pattern: DURATION, expected: 'a duration such as `60s`, `5m`, `24h` or `90d`' } as const;
const on = { type: 'boolean', expected: '`true` or `false`' } as const;
const clientId = { type: 'string', pattern: '^[!-~]+$', expected: 'a client id such as `0oa1web`' } as const;

const grants = { type: 'array', uniqueItems: true, items: grant, expected: 'a list of permissions and patterns' } as const;
const patterns = { type: 'array', uniqueItems: true, items: pattern, expected: 'a list of patterns' } as const;
const names = { type: 'array', uniqueItems: true, items: name, expected: 'a list of names' } as const;
const groupNames = { type: 'array', uniqueItems: true, items: name, expected: 'a list of group names' } as const;
const quotaName = { type: 'string', pattern: '\\S', expected: 'the name of a quota' } as const;
const mode = { type: 'string', enum: ['enforce', 'shadow'], expected: '`enforce` or `shadow`' } as const;

const upstream = {
  type: 'object',
  description: 'Where allowed calls go.',
  additionalProperties: false,
  expected: 'where calls go, such as `{ url: https://orders.example.com }`',
  properties: {
    url: {
      type: 'string',
      pattern: '^https?://',
      expected: 'an http or https URL',
      description: 'Base URL; the path of the call is appended.',
    },
    vpcLink: { ...text, description: 'VPC link to the upstream.' },
    listener: { ...text, description: 'ARN of a load balancer listener.' },
    lambda: { ...text, description: 'ARN of a Lambda function.' },
  },
} as const;

const attachTo = {
  type: 'object',
  description: 'An API that exists, whose routes get the authorizer.',
  additionalProperties: false,
  expected: 'an API such as `{ httpApiId: a1b2c3 }`',
  properties: {
    httpApiId: text,
    restApiId: text,
    stage: text,
    replace: { type: 'array', items: route, expected: 'a list of routes' },
    onUnmapped: { type: 'string', enum: ['fail', 'deny', 'leave'], expected: '`fail`, `deny` or `leave`' },
    dryRun: on,
    publishPending: on,
    gatewayResponses: on,
  },
} as const;

const api = {
  type: 'object',
  description: 'The API that the authorizer protects.',
  additionalProperties: false,
  required: ['name'],
  expected: 'the API: `name` and `upstream`',
  properties: {
    name: {
      type: 'string',
      pattern: '^[A-Za-z][A-Za-z0-9-]{0,100}$',
      expected: 'a name of letters, digits and hyphens that begins with a letter',
      description: 'The stack is named access-<name>.',
    },
    kind: { type: 'string', enum: ['http', 'rest'], default: 'http', expected: '`http` or `rest`', description: 'HTTP API or REST API.' },
    upstream,
    attachTo,
    authorizerOnly: { ...on, description: 'Deploy the function alone.' },
    cors: {
      type: 'object',
      description: 'Browsers of these origins may call.',
      additionalProperties: false,
      required: ['origins'],
      expected: 'CORS settings such as `{ origins: [https://app.example.com] }`',
      properties: {
        origins: {
          type: 'array',
          minItems: 1,
          uniqueItems: true,
          expected: 'a list of origins',
          items: {
            type: 'string',
            pattern: '^(?:\\*|https?://[^/\\s]+)$',
            expected: 'an origin such as `https://app.example.com`, or `*`',
          },
        },
        headers: {
          type: 'array',
          uniqueItems: true,
          description: 'Request headers that browsers may send; by default authorization and content-type.',
          expected: 'a list of header names',
          items: { type: 'string', pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$", expected: 'the name of a header' },
        },
        maxAge: { ...duration, default: '1h', description: 'How long a browser may remember the answer, at most 24h.' },
      },
    },
    cache: {
      type: ['string', 'object'],
      pattern: '^(?:auto|off)$',
      additionalProperties: false,
      required: ['ttl'],
      properties: { ttl: duration },
      expected: '`auto`, `off` or `{ ttl: 60s }`',
      description: 'Gateway caching of answers.',
    },
    unauthorized: {
      type: 'string',
      enum: ['throw', 'deny'],
      default: 'throw',
      expected: '`throw` or `deny`',
      description: 'How an invalid token is answered on an HTTP API.',
    },
  },
} as const;

const oktaKeys = {
  name: { ...text, description: 'Name of the block where several are listed.' },
  issuer: {
    type: ['string', 'array'],
    minItems: 1,
    uniqueItems: true,
    pattern: '\\S',
    items: { ...text, expected: 'an issuer URL such as `https://acme.okta.com/oauth2/default`' },
    expected: 'an issuer URL such as `https://acme.okta.com/oauth2/default`',
    description: 'URL of a custom authorization server, or a list: the same server under several hosts.',
  },
  audience: { ...text, expected: 'an audience such as `api://orders`', description: 'The aud claim of accepted tokens.' },
  clients: {
    type: ['array', 'string'],
    minItems: 1,
    uniqueItems: true,
    pattern: '^any$',
    items: { type: 'string', pattern: '^(?:app:\\s*\\S.*|[!-~]+)$', expected: 'a client id such as `0oa1web`' },
    expected: 'a list of client ids, or the word `any`',
    description: 'Accepted cid claims, or the word any.',
  },
  groupsClaim: {
    type: ['string', 'array'],
    minItems: 1,
    uniqueItems: true,
    pattern: '\\S',
    items: { ...text, expected: 'the name of a claim' },
    default: 'groups',
    expected: 'the name of a claim, or a list of names',
    description: 'Claims whose values are the groups; several are merged.',
  },
  groupPrefix: { ...text, description: 'Only groups with this prefix count; it is stripped before look-up.' },
  groups: { ...groupNames, description: 'Groups that tokens of a further block may carry.' },
  maxClockSkew: { ...duration, default: '60s', description: 'At most 5m.' },
  maxTokenLifetime: { ...duration, default: '24h', description: 'Largest accepted exp - iat, at most 24h.' },
  manage: { type: 'object', description: 'What the Okta side needs beyond the map.', expected: 'the settings of the Okta side' },
} as const;

const oktaBlock = {
  additionalProperties: false,
  required: ['issuer', 'audience', 'clients'],
  properties: oktaKeys,
} as const;

const okta = {
  type: ['object', 'array'],
  description: 'Whose tokens are accepted.',
  minItems: 1,
  items: { type: 'object', ...oktaBlock, expected: 'an okta block with `issuer`, `audience` and `clients`' },
  ...oktaBlock,
  expected: 'an okta block with `issuer`, `audience` and `clients`',
} as const;

const routes = {
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
    properties: { route, sensitive: { ...on, default: false }, mode: { ...mode, default: 'enforce' } },
    expected: 'a route such as `GET /orders/{id}`',
  },
  additionalProperties: false,
  required: ['openapi'],
  properties: { openapi: { ...text, expected: 'the name of an OpenAPI file' } },
} as const;

const permissions = {
  type: 'object',
  description: 'Named sets of routes; the names are scopes for back ends.',
  expected: 'a mapping of names to patterns',
  propertyNames: { type: 'string', pattern: PERMISSION, expected: 'a permission name such as `orders:read` (an OAuth scope)' },
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
      methods: { type: 'array', items: text, expected: 'a list of methods' },
      fromOpenapi: { type: 'string', enum: ['security'], expected: '`security`' },
    },
  },
} as const;

const limit = { type: 'integer', minimum: 1, maximum: 1_000_000_000, expected: 'a whole number from 1 to 1000000000' } as const;
const per = { type: 'string', enum: PERIODS, expected: '`minute`, `hour`, `day` or `month`' } as const;

const quotas = {
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
      by: { type: 'string', enum: ['user', 'client', 'group'], expected: '`user`, `client` or `group`', description: 'Who is charged.' },
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
          properties: { limit, per, routes: { ...grants, minItems: 1, description: 'Only calls of these routes count.' } },
        },
      },
      accuracy: { type: 'string', enum: ['exact', 'leased'], default: 'exact', expected: '`exact` or `leased`' },
      onStoreFailure: { type: 'string', enum: ['deny', 'allow'], default: 'deny', expected: '`deny` or `allow`' },
      onExceeded: { type: 'string', enum: ['refuse', 'pass'], default: 'refuse', expected: '`refuse` or `pass`' },
    },
  },
} as const;

const groups = {
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
      was: { ...names, description: 'Old names of the group.' },
      id: { ...text, description: 'Okta id of the group.' },
      rule: { ...text, description: 'Okta expression of a group rule.' },
    },
  },
} as const;

const machines = {
  type: 'object',
  description: 'Clients without a user (client credentials), by client id.',
  expected: 'a mapping of client ids to `{ groups }` or `{ allow, deny, quota }`',
  propertyNames: clientId,
  additionalProperties: {
    type: 'object',
    additionalProperties: false,
    minProperties: 1,
    expected: '`groups`, or `allow`, `deny` and `quota` of the machine',
    properties: { groups: { ...groupNames, minItems: 1 }, allow: grants, deny: grants, quota: quotaName },
  },
} as const;

const mapTests = {
  type: 'array',
  description: 'Cells that must be open or closed.',
  expected: 'a list of tests such as `{ groups: [readers], allows: [GET /orders] }`',
  items: {
    type: 'object',
    additionalProperties: false,
    expected: 'a test such as `{ groups: [readers], allows: [GET /orders] }`',
    properties: { groups: groupNames, machine: clientId, scopes: names, allows: patterns, denies: patterns },
  },
} as const;

const later = {
  extends: { ...text, description: 'A base map.' },
  blocked: {
    type: 'object',
    description: 'Refused whatever their token says.',
    additionalProperties: false,
    expected: 'lists of `users`, `clients` and `tokens`',
    properties: { users: names, clients: names, tokens: names },
  },
  mode: { ...mode, default: 'enforce' },
  audit: {
    type: 'object',
    additionalProperties: false,
    expected: 'audit settings',
    properties: {
      allows: { type: 'number', minimum: 0, maximum: 1, expected: 'a share from 0 to 1' },
      retention: duration,
      hashPrincipal: on,
      complete: on,
    },
  },
  permissionsEndpoint: {
    type: 'object',
    additionalProperties: false,
    expected: 'a `path`',
    properties: { path: text, exposeGroups: on },
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
    public: { type: 'array', uniqueItems: true, items: route, expected: 'a list of routes', description: 'Routes without authorizer.' },
    signedIn: { ...patterns, description: 'Routes open to any valid token.' },
    permissions,
    quotas,
    groups,
    machines,
    scopes: { type: 'string', enum: ['groups', 'intersect'], default: 'groups', expected: '`groups` or `intersect`' },
    tests: mapTests,
    ...later,
  },
} as const;

/** An access map as an object, as `AccessMap.fromObject` takes it. */
export type AccessMapInput = FromSchema<typeof accessMapSchema>;
