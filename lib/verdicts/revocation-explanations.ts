/** What each reason of `TOKEN_REVOKED` means: what happened in Okta since the token was issued. */
import type { CodeExplanations } from './code-explanation.ts';

const NEW_TOKEN = 'a token that is issued after that is valid: sign in again';
const PERSON = 'Directory > People > (person)';

export const REVOCATION_EXPLANATIONS: CodeExplanations['TOKEN_REVOKED'] = {
  user_deactivated: {
    says: 'the user was deactivated in Okta after the token was issued',
    okta: PERSON,
  },
  user_suspended: {
    says: 'the user was suspended in Okta after the token was issued',
    okta: PERSON,
  },
  user_deleted: { says: 'the user was deleted in Okta after the token was issued', okta: PERSON },
  user_locked: {
    says: 'the user was locked out in Okta after the token was issued',
    fix: NEW_TOKEN,
    okta: PERSON,
  },
  sessions_revoked: {
    says: 'an administrator revoked the sessions or tokens of the user after the token was issued',
    fix: NEW_TOKEN,
  },
  password_reset: {
    says: 'an administrator reset the password of the user after the token was issued',
    fix: NEW_TOKEN,
  },
  group_removed: {
    says: 'the user left a group of the map after the token was issued',
    fix: NEW_TOKEN,
    okta: `${PERSON} > Groups`,
  },
  group_added: {
    says: 'the user joined a group of the map after the token was issued, which lacks what the group denies',
    fix: NEW_TOKEN,
    okta: `${PERSON} > Groups`,
  },
  app_unassigned: {
    says: 'the app was taken from the user after the token was issued',
    okta: `${PERSON} > Applications`,
  },
  client_deactivated: {
    says: 'the client was deactivated in Okta after the token was issued',
    okta: 'Applications > (app)',
  },
  group_deleted: {
    says: 'a group of the token was deleted in Okta after the token was issued',
    fix: NEW_TOKEN,
  },
  by_hand: {
    says: 'the token was revoked by `okta-group-authorizer revoke`',
    fix: `${NEW_TOKEN}, unless \`revoke --for\` names a later time; \`revoke --undo\` takes it back`,
  },
  other: {
    says: 'the token was revoked for a reason that this version does not know',
    fix: `${NEW_TOKEN}; deploy the API with the version of the hub to see the reason`,
  },
};
