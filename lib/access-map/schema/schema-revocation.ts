/** Schema of `okta.revocation`: how fast a change in Okta revokes tokens. */
import {
  MARGIN_SECONDS,
  POLL_PERIOD,
  WITHIN_SECONDS,
} from '../../../lambda/core/contract/revocation.ts';
import { duration, on, text } from './schema-terms.ts';

/**
 * Source: Amazon DynamoDB Developer Guide, "Naming rules"; IAM User Guide, "Amazon Resource Names".
 */
const TABLE_ARN = 'arn:aws[a-z-]*:dynamodb:[a-z0-9-]+:[0-9]{12}:table/[A-Za-z0-9_.-]{3,255}';

export const revocation = {
  type: 'object',
  description:
    'Refuses tokens that a change in Okta has revoked since they were issued. Absent: a token is valid until it expires.',
  additionalProperties: false,
  expected: 'settings of revocation, such as `{ within: 10s }`',
  properties: {
    within: {
      ...duration,
      default: `${WITHIN_SECONDS.otherwise}s`,
      description: `Longest age of the list that a decision may use, from ${WITHIN_SECONDS.least}s to ${WITHIN_SECONDS.most}s.`,
    },
    hook: {
      ...on,
      default: true,
      description: 'Whether an event hook of Okta feeds the hub.',
    },
    hub: {
      type: 'string',
      pattern: `^(?:own|${TABLE_ARN})$`,
      default: 'own',
      expected: '`own`, or the ARN of the table of a hub of the same Region',
      description:
        'The hub of the Okta org in this Region: one in the stack of this API, or the table of another stack’s.',
    },
    poll: {
      ...duration,
      pattern: `${duration.pattern}|^off$`,
      default: 'off',
      expected: 'a duration such as `5m`, or the word `off`',
      description: `How often the hub reads Okta’s System Log for events that the hook did not deliver, from ${POLL_PERIOD.least} to ${POLL_PERIOD.most}.`,
    },
    onAdd: {
      ...on,
      default: false,
      description:
        'Whether joining a mapped group revokes older tokens too. Joining a group that denies, or that conflicts lists, always does.',
    },
    margin: {
      ...duration,
      default: `${MARGIN_SECONDS.otherwise}s`,
      description: `Also revokes tokens that were issued within this time after a change of membership or a deactivation, at most ${MARGIN_SECONDS.most}s.`,
    },
    onStoreFailure: {
      type: 'string',
      enum: ['allow', 'deny'],
      default: 'allow',
      expected: '`allow` or `deny`',
      description: 'Whether calls pass while the list cannot be read.',
    },
    org: {
      ...text,
      expected: 'the host of an Okta org, such as `acme.okta.com`',
      description:
        'Host of the Okta org, under which its hub keeps the list. Default: that of manage.org, else of an issuer under a domain of Okta’s, else of the first issuer.',
    },
  },
} as const;
