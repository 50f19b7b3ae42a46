/** Schema of `api.attachTo` and `api.accept`: an API that somebody else owns. */
import { on, patterns, route } from './schema-terms.ts';

// Nothing else: the id is in IAM policies.
const apiId = {
  type: 'string',
  pattern: '^[a-z0-9]{4,32}$',
  expected: 'the id of an API such as `a1b2c3d4e5`',
} as const;

const findings = {
  type: 'array',
  uniqueItems: true,
  items: {
    type: 'string',
    enum: ['resourcePolicy', 'authorizerQuota', 'otherStages', 'preflight', 'quotaReset'],
    expected: '`resourcePolicy`, `authorizerQuota`, `otherStages`, `preflight` or `quotaReset`',
  },
  expected: 'a list of findings such as `resourcePolicy`',
} as const;

const stageName = {
  type: 'string',
  pattern: '^[A-Za-z0-9_-]{1,128}$',
  expected: 'the name of a stage',
} as const;

export const attachTo = {
  type: 'object',
  description: 'An API that exists, whose routes get the authorizer.',
  additionalProperties: false,
  expected: 'an API such as `{ httpApiId: a1b2c3 }`',
  properties: {
    httpApiId: { ...apiId, description: 'Id of the HTTP API.' },
    restApiId: { ...apiId, description: 'Id of the REST API; needs `stage`.' },
    stage: { ...stageName, description: 'REST: the stage that is published.' },
    otherStages: {
      type: ['string', 'array'],
      pattern: '^(?:fail|leave)$',
      uniqueItems: true,
      items: stageName,
      default: 'fail',
      expected: '`fail`, `leave` or a list of stages',
      description:
        'REST: how to treat stages that serve routes of the map without the authorizer: `fail` stops the deployment, `leave` accepts all of them, a list those that it names.',
    },
    takeOver: {
      type: 'string',
      pattern: '^[A-Za-z][A-Za-z0-9-]{0,127}$',
      expected: 'the name of a stack of this account and Region',
      description: 'Stack whose attachment to the same API this one takes over, record included.',
    },
    onDelete: {
      type: 'string',
      enum: ['restore', 'keep'],
      default: 'restore',
      expected: '`restore` or `keep`',
      description:
        'What deleting the stack does: `restore` gives the routes back what they had, `keep` leaves authorizer, function and record in place.',
    },
    replace: {
      type: 'array',
      uniqueItems: true,
      items: route,
      expected: 'a list of routes',
      description: 'Routes whose existing authorizer ours replaces.',
    },
    onUnmapped: {
      type: 'string',
      enum: ['fail', 'deny', 'leave'],
      default: 'fail',
      expected: '`fail`, `deny` or `leave`',
      description: 'How to treat routes of the API that the map does not have.',
    },
    accept: { ...findings, description: 'Findings that are accepted; as `api.accept.findings`.' },
    dryRun: { ...on, description: 'Only show in the outputs what would be done.' },
    publishPending: {
      ...on,
      description: 'Also publish edits of others that are not deployed yet.',
    },
    gatewayResponses: {
      type: ['boolean', 'string'],
      pattern: '^replace$',
      default: false,
      expected: '`true`, `false` or `replace`',
      description:
        'REST: set gateway responses that state code and quota; `replace`: also where the owner has set a body.',
    },
  },
} as const;

export const accept = {
  type: 'object',
  description:
    'Findings that would stop the deployment and are accepted, however the authorizer reaches the API.',
  additionalProperties: false,
  expected: 'what is accepted, such as `{ findings: [resourcePolicy] }`',
  properties: {
    findings: {
      ...findings,
      description: 'Findings by name; each message says which name accepts it.',
    },
    foreign: {
      ...patterns,
      description:
        'Patterns of routes that may keep an authorizer of somebody else, which then decides who may call them.',
    },
  },
} as const;

/**
 * Lambda keeps 20 KB of permissions for a function, of some 500 bytes each. Source: AWS Lambda,
 * "Quotas", resource-based policy.
 */
const MOST_CALLERS = 30;

/** No wildcards: they are in a permission, where `*` would be everybody. */
export const callers = {
  type: 'array',
  minItems: 1,
  maxItems: MOST_CALLERS,
  uniqueItems: true,
  items: {
    type: 'string',
    pattern:
      '^(?:[0-9]{12}|arn:aws[a-z-]*:execute-api:[a-z]{2}(?:-[a-z]+)+-[0-9]+:[0-9]{12}:[a-z0-9]{4,32})$',
    expected:
      'an account of 12 digits in quotes, or the ARN of an API without stage and path, such as `arn:aws:execute-api:eu-central-1:111122223333:a1b2c3d4e5`',
  },
  expected: `a list of 1 to ${MOST_CALLERS} accounts and APIs such as \`["111122223333"]\``,
  description:
    'Beside `authorizerOnly`: accounts and APIs whose authorizers alone may call the function. An account is its APIs in the Region of the function. Default: every API of the account and Region of the function.',
} as const;
