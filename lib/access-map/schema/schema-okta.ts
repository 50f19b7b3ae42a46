/** Schema of `okta`: whose tokens are accepted, and what `okta apply` sets up. */
import { ID } from '../../../lambda/core/contract/okta-ids.ts';
import { revocation } from './schema-revocation.ts';
import { duration, groupNames, on, text } from './schema-terms.ts';

const app = {
  type: 'object',
  description: 'An app (OAuth client) that the map defines in Okta.',
  additionalProperties: false,
  required: ['label', 'type'],
  expected:
    'an app such as `{ label: orders-web, type: spa, redirectUris: [https://app.example.com/callback] }`',
  properties: {
    label: {
      ...text,
      maxLength: 100,
      expected: 'a label of at most 100 characters',
      description: 'Name of the app in Okta, unique in the map.',
    },
    type: {
      type: 'string',
      enum: ['spa', 'native', 'web', 'service'],
      expected: '`spa`, `native`, `web` or `service`',
      description:
        'Kind of app: `spa` runs in a browser, `native` on a device, `web` on a server, `service` calls without a user.',
    },
    redirectUris: {
      type: 'array',
      uniqueItems: true,
      items: text,
      expected: 'a list of URLs',
      description: 'Where Okta may send the browser after sign-in; a `service` has none.',
    },
    groups: {
      ...groupNames,
      description: 'Groups that may use the app; by default all groups of the map.',
    },
    authMethod: {
      type: 'string',
      enum: [
        'none',
        'client_secret_basic',
        'client_secret_post',
        'client_secret_jwt',
        'private_key_jwt',
      ],
      expected: 'a client authentication method, such as `private_key_jwt`',
      description:
        'How the app authenticates at the token endpoint; absent: set by its type at creation, then left to Okta.',
    },
    grants: {
      type: 'array',
      minItems: 1,
      uniqueItems: true,
      items: {
        type: 'string',
        pattern:
          '^(?:authorization_code|refresh_token|client_credentials|password|implicit|interaction_code|urn:(?:ietf:params:oauth|openid:params):grant-type:[a-z0-9_-]+)$',
        expected: 'a grant type such as `authorization_code`',
      },
      expected: 'a list of grant types such as `authorization_code`',
      description:
        'Grant types of the app; absent: set by its type at creation, then left to Okta.',
    },
    pkce: {
      ...on,
      description:
        'Whether an authorization code needs PKCE; absent: yes at creation, then left to Okta.',
    },
  },
} as const;

/** Fields of objects in Okta that verify does not evaluate, or that the map accepts as they are. */
const accepted = {
  type: 'array',
  uniqueItems: true,
  items: {
    type: 'string',
    pattern: '^(?:server|policy|rule|claim|scope|app)(?:\\.[A-Za-z0-9_-]+(?:\\[\\])?)+$',
    expected: 'a field such as `rule.actions.token.inlineHook`',
  },
  expected: 'a list of fields such as `rule.actions.token.inlineHook`',
  description:
    'Fields of objects in Okta that `okta verify` names and the map accepts as they are, each with the fields below it.',
} as const;

const manage = {
  type: 'object',
  description: 'What `okta plan`, `apply` and `verify` need beyond the map.',
  additionalProperties: false,
  required: ['org'],
  expected: 'the settings of the Okta side, such as `{ org: https://acme.okta.com }`',
  properties: {
    org: {
      ...text,
      expected: 'the org, such as `https://acme.okta.com`',
      description: 'Origin of the Okta org.',
    },
    was: {
      type: 'array',
      uniqueItems: true,
      items: { ...text, pattern: '^[A-Za-z0-9-]+$', expected: 'a former `api.name`' },
      expected: 'a list of former names',
      description: 'Former values of api.name: objects that were made under them are taken over.',
    },
    server: {
      ...text,
      maxLength: 100,
      description: 'Name of the authorization server; by default the name of the API.',
    },
    issuerMode: {
      type: 'string',
      enum: ['ORG_URL', 'CUSTOM_URL', 'DYNAMIC'],
      expected: '`ORG_URL`, `CUSTOM_URL` or `DYNAMIC`',
      description: 'Host of the issuer; by default what Okta chooses.',
    },
    apps: {
      type: 'array',
      description: 'Apps (OAuth clients) of the API; okta.clients names them as app:LABEL.',
      expected:
        'a list of apps such as `{ label: orders-web, type: spa, redirectUris: [https://app.example.com/callback] }`',
      items: app,
    },
    tokenLifetime: {
      ...duration,
      default: '15m',
      description: 'Life of an access token: whole minutes from 5m to 24h.',
    },
    refreshTokenLifetime: {
      ...duration,
      pattern: `${duration.pattern}|^unlimited$`,
      expected: 'a duration such as `30d`, or the word `unlimited`',
      description:
        'Life of a refresh token, whole minutes from 10m to 1825d, or the word unlimited; absent: 30d when the rule is created, then left to Okta.',
    },
    accepted,
    createGroups: {
      ...on,
      default: false,
      description: 'Create groups that the org does not have.',
    },
    idTokenGroups: { ...on, default: false, description: 'Put the groups into the ID token too.' },
    scopes: { ...on, default: false, description: 'One scope for each permission.' },
  },
} as const;

const oktaKeys = {
  name: {
    type: 'string',
    pattern: '^[A-Za-z0-9_.-]{1,64}$',
    expected: 'a name of at most 64 letters, digits, `_`, `.` and `-`',
    description: 'Name of the block where several are listed.',
  },
  issuer: {
    type: ['string', 'array'],
    minItems: 1,
    uniqueItems: true,
    pattern: '\\S',
    items: { ...text, expected: 'an issuer URL such as `https://acme.okta.com/oauth2/default`' },
    expected: 'an issuer URL such as `https://acme.okta.com/oauth2/default`',
    description:
      'URL of a custom authorization server, or a list: the same server under several hosts.',
  },
  audience: {
    ...text,
    expected: 'an audience such as `api://orders`',
    description: 'The aud claim of accepted tokens.',
  },
  clients: {
    type: ['array', 'string'],
    minItems: 1,
    uniqueItems: true,
    pattern: '^any$',
    items: {
      type: 'string',
      pattern: `^app:\\s*\\S.*$|${ID.source}`,
      expected: 'a client id such as `0oa1web`',
    },
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
  groupPrefix: {
    ...text,
    description: 'Only groups with this prefix count; it is stripped before look-up.',
  },
  groups: {
    ...groupNames,
    minItems: 1,
    description: 'Groups that tokens of a further block may carry.',
  },
  maxClockSkew: { ...duration, default: '60s', description: 'At most 5m.' },
  maxTokenLifetime: {
    ...duration,
    default: '24h',
    description: 'Largest accepted exp - iat, at most 24h.',
  },
  manage,
  revocation,
} as const;

const oktaBlock = {
  additionalProperties: false,
  required: ['audience', 'clients'],
  properties: oktaKeys,
} as const;

export const okta = {
  type: ['object', 'array'],
  description: 'Whose tokens are accepted.',
  minItems: 1,
  items: {
    type: 'object',
    ...oktaBlock,
    expected: 'an okta block with `issuer`, `audience` and `clients`',
  },
  ...oktaBlock,
  expected: 'an okta block with `issuer`, `audience` and `clients`',
} as const;
