/**
 * What each finding of an Okta org says, and how to fix it. The compiler sees that no code is
 * missing.
 */
import type { OktaFindingCode } from '../../lambda/core/contract/okta-findings.ts';

const APPLY = 'apply the map';
const ACCEPT = 'or accept the field';

export const OKTA_TEXTS: Readonly<Record<OktaFindingCode, readonly [says: string, fix: string]>> = {
  MAP_FORMER_NAME: [
    'the map owns nothing yet, and a map that is not given owns what it wants',
    'name the former name under `okta.manage.was` if `api.name` was changed',
  ],
  MAP_WITHOUT_ISSUER: [
    'the map has no `okta.issuer`',
    'write the issuer that the message names; `okta apply --write` does',
  ],
  MAP_ISSUER_HOST: [
    '`okta.issuer` has a host that is another org, or that does not say whose it is',
    'correct `okta.issuer`',
  ],
  MAP_ISSUER_ABSENT: [
    '`okta.issuer` is the issuer of no authorization server of the org',
    'correct it, or remove it to have a server made',
  ],
  MAP_CLAIMS_UNLISTED: [
    'the groups of the map need more claims than `okta.groupsClaim` lists',
    'list those that the message names, or apply with `--write`',
  ],
  MAP_ACCEPTED_UNUSED: [
    'an entry of `okta.manage.accepted` matches no field that may be accepted',
    'list single fields as `okta verify` names them, or take the entry out',
  ],
  MAP_ANY_CLIENT: [
    'the map accepts any client, and an app that it does not name is not evaluated',
    'name the clients under `okta.clients`, or evaluate those apps yourself',
  ],
  DIFFERS_FROM_MAP: ['a server, policy, policy rule or app differs from the map', APPLY],
  FIELD_UNJUDGED: [
    'an object has a field that is not evaluated',
    'take it back in Okta, or list it under `okta.manage.accepted`',
  ],
  SERVER_ABSENT: ['the authorization server of the map does not exist', APPLY],
  SERVER_AMBIGUOUS: [
    'several authorization servers have the name that the map means',
    'say which by `okta.issuer`',
  ],
  SERVER_FOREIGN: [
    'the authorization server is not managed by this tool, and its tokens are not those that the map needs',
    'choose another name with `okta.manage.server`, or fix what the notes name',
  ],
  SERVER_INACTIVE: ['the authorization server is not active', `activate it, or ${APPLY}`],
  SERVER_AUDIENCE: [
    'the audience of the server is not that of the map',
    `correct \`okta.audience\`, or ${APPLY}`,
  ],
  SERVER_AUDIENCE_SHARED: [
    'the server has another audience for other maps',
    'choose another server',
  ],
  SERVER_ISSUER: [
    'the issuer of the server is none that the map names, so that its tokens are refused',
    'set `okta.issuer` to it, or choose the host by `okta.manage.issuerMode`',
  ],
  SERVER_ISSUER_BY_HOST: [
    'the server has the host that a client asks in its issuer, and the map names another host',
    'make sure that clients ask for tokens there',
  ],
  SERVER_ISSUER_FURTHER: [
    'the map accepts issuers in addition to the one of the server',
    'take them out once no token of them is left',
  ],
  SERVER_ISSUER_CHANGES: [
    'the apply changes the issuer of the server, and tokens of the former one are refused',
    'change `okta.issuer` in every map',
  ],
  SERVER_ISSUER_MODE_SHARED: [
    'the server has another issuer mode for other maps',
    'give all maps of the server together, or choose another server',
  ],
  SERVER_ENCRYPTS_TOKENS: [
    'the server encrypts access tokens, which the authorizer cannot read',
    'switch access token encryption off',
  ],
  SERVER_WITHOUT_SCOPE: [
    'the server has no scope of its own, and machines get no token without one',
    'set `scopes: true` in the map',
  ],
  SCOPE_ABSENT: ['the server lacks a scope that the map asks for', APPLY],
  CLAIM_ABSENT: [
    'the server puts no groups claim into access tokens',
    `${APPLY}; add the claim where the server is not managed by this tool`,
  ],
  CLAIM_FOREIGN: [
    'a claim of the name is not managed by this tool',
    'name another one with `okta.groupsClaim`',
  ],
  CLAIM_WITHOUT_GROUPS: [
    'none of the mapped groups exists, so that there is no groups claim',
    'create the groups, or set `createGroups: true`',
  ],
  CLAIM_OF_OTHER_MAPS: [
    'groups stay in the claim for maps that are not given',
    'give all maps of the server to have exactly their groups',
  ],
  CLAIM_UNLISTED: [
    'a claim carries mapped groups, and `okta.groupsClaim` does not list it',
    'list it',
  ],
  CLAIM_UNJUDGED: [
    'the expression of a claim cannot be evaluated, so that it may carry any group',
    'look at it in Okta, or let it name groups by id, as an apply does',
  ],
  CLAIM_UNJUDGED_FOR_GROUPS: [
    'whether a claim carries some of the mapped groups cannot be evaluated',
    'look at it in Okta, or let it name groups by id, as an apply does',
  ],
  CLAIM_CARRIES_IDS: [
    'a claim carries ids of groups, and the authorizer reads names',
    'let it carry `group.name`',
  ],
  CLAIM_CARRIES_NAMESAKE: [
    'the claims carry a namesake of a mapped group, whose members would pass for it',
    'let the claim name groups by id, as an apply does',
  ],
  CLAIM_FILTER_TOO_WIDE: [
    'the claims carry groups that the map does not name',
    'narrow the filter, or give all maps of the server',
  ],
  CLAIM_VARIES_BY_CLIENT: [
    'a claim reads the profile of the client, and carries other groups for each of those that get the user a token',
    'read what each client gets, or let the claim name groups by id, as an apply does',
  ],
  CLAIM_LIST_ABSENT: [
    'a claim reads a list of the profile of a client that does not have it: the client gets no token',
    'add the list to the profile of the app',
  ],
  CLAIM_LIMIT_EXCEEDED: [
    'a claim lets more groups through than its limit: who is in more gets no token',
    'let the claim carry fewer groups',
  ],
  CLAIM_LIMIT_TOO_HIGH: [
    'Okta takes the limit of a claim in the authorization code flow alone',
    'lower the limit',
  ],
  CLAIM_NOT_ALWAYS: [
    'a token may come without the groups claim, and lack groups that deny',
    'include the claim always',
  ],
  CLAIM_FOR_SOME_SCOPES: [
    'the groups claim comes with some scopes only, so that a token may lack groups that deny',
    'let the claim come with any scope',
  ],
  TOKEN_SIZE: [
    'how many bytes a token with all groups of the claims has',
    'none is needed: it fits through the gateway',
  ],
  TOKEN_SIZE_EXCEEDED: [
    'a token with all groups of the claims does not fit through the gateway',
    'let the claims carry fewer groups, or groups with shorter names',
  ],
  POLICY_ABSENT: ['the server has no access policy of the map', APPLY],
  POLICY_FOREIGN: [
    'a policy of the name is not managed by this tool',
    'rename it, or write the sentence of the message into its description',
  ],
  POLICY_INACTIVE: ['the policy of the map is not active', `activate it, or ${APPLY}`],
  POLICY_WITHOUT_RULE: ['the policy of the map has no active rule', APPLY],
  POLICY_PRECEDED: [
    'another policy has a higher priority than that of the map and decides for its clients',
    'move it below, or deactivate it',
  ],
  POLICY_OF_OTHER_MAP: [
    'a policy belongs to a map that is not given, and stays',
    'name the former name under `okta.manage.was` if the map was renamed; delete the policy if nobody needs it',
  ],
  RULE_PRECEDED: [
    'another rule has a higher priority than that of the map in its policy and decides first',
    'move it below, or deactivate it',
  ],
  RULE_LIFETIME_REFUSED: [
    'a rule issues tokens that live longer than the authorizer accepts',
    'shorten the lifetime, or raise `okta.maxTokenLifetime`',
  ],
  RULE_LIFETIME_OVER_MAP: [
    'a rule issues tokens that live longer than the map names',
    `${APPLY}, or shorten the lifetime in Okta`,
  ],
  RULE_LIFETIME_OVER_DEFAULT: [
    'a rule issues tokens that live longer than those of a new rule',
    'shorten the lifetime in Okta, or name `okta.manage.tokenLifetime`',
  ],
  RULE_REFRESH_LIFETIME: [
    'a rule gives refresh tokens without end, or longer ones than the map names',
    'bound them in Okta, or name `okta.manage.refreshTokenLifetime`',
  ],
  RULE_GRANT_UNNAMED: [
    'a rule of another policy gives a client tokens by grants that the map does not name',
    'remove the grants or the client, or name them as `grants` of the app',
  ],
  RULE_INLINE_HOOK: [
    'a rule hands tokens to an inline hook, which may rewrite the groups claim',
    `take the hook out, ${ACCEPT}`,
  ],
  RULE_FOR_SOME_PEOPLE: [
    'a rule matches some people only; for others Okta goes on to the next rule',
    `let the rule match everybody, ${ACCEPT}`,
  ],
  RULE_FOR_SOME_SCOPES: [
    'a rule matches requests for some scopes only',
    `let the rule match any scope, ${ACCEPT}`,
  ],
  CLIENT_UNKNOWN: [
    'the map names a client that is not an app in the org',
    'take it out of the map, or write `app:LABEL` for one of `okta.manage.apps`',
  ],
  CLIENT_WITHOUT_RULE: [
    'a client gets no token by a grant: no active rule of a policy for it allows that',
    `${APPLY}, or add the grant to a rule`,
  ],
  CLIENT_WITHOUT_USERS: [
    'a client has no grant with a user: it gets tokens of its own at most',
    'none is needed of a machine; else add a grant with a user to the app',
  ],
  CLIENT_SHARED: [
    'two maps name the same client and want different tokens for it',
    'say the same in both, or use two servers or two clients',
  ],
  CLIENT_SHARED_WITH_OTHER_MAP: [
    'a map that is not given has a policy for the same client, with other lifetimes or grant types',
    'say the same in both, or use two servers or two clients',
  ],
  APP_ABSENT: ['an app of the map does not exist', APPLY],
  APP_LABEL_AMBIGUOUS: [
    'several apps have the label',
    'rename one in Okta, or choose another label',
  ],
  APP_FOREIGN: [
    'an app of the label is not managed by this tool',
    'give its client id under `okta.clients`, or choose another label',
  ],
  APP_FOREIGN_DIFFERS: [
    'an app that is not managed by this tool differs from the map, and is left as it is',
    'change it in Okta, or in the map',
  ],
  APP_SHARED_DIFFERS: [
    'the app is another one for maps that are not given',
    'give all its maps together, or choose another label',
  ],
  APP_TYPE: [
    'an app of the label has another type, which Okta cannot change',
    'choose another label',
  ],
  APP_INACTIVE: [
    'an app is not active, so that its client gets no token',
    `activate it, or ${APPLY}`,
  ],
  APP_DPOP: [
    'a client gets tokens that are bound to a key (DPoP), which the authorizer does not accept',
    'let it call through a client of its own for this API, without DPoP',
  ],
  APP_INLINE_HOOK: [
    'an app has an inline hook, which may change its tokens',
    `take the hook out, ${ACCEPT}`,
  ],
  APP_AUTH_METHOD: [
    'an app authenticates in a weaker way than the map, or apps of its type, need',
    'strengthen it in Okta, or name it as `authMethod`',
  ],
  APP_WITHOUT_PKCE: ['an app needs no PKCE', 'require it in Okta, or name `pkce`'],
  APP_RESPONSE_TYPE: [
    'an app takes no response type `code`, so that it gets no token by that grant',
    'add it in Okta',
  ],
  APP_WITHOUT_KEY: [
    'an app authenticates by a key and has none, so that it gets no token',
    'add its key in Okta',
  ],
  APP_KEYS_UNJUDGED: [
    'an app accepts keys of its client: anybody with one of them can act as the client',
    `remove keys that nobody needs, ${ACCEPT}`,
  ],
  APP_KEYS_URI: [
    'an app reads the keys of its client from an address: who controls it can act as the client',
    `write the keys into the app, ${ACCEPT}`,
  ],
  APP_WITHOUT_GRANT: [
    'an app may use none of the grants that the map means',
    'add one in Okta, or correct `grants` of the app',
  ],
  APP_GRANT_UNNAMED: [
    'an app may use grants that apps of its type do not need and the map does not name',
    'remove them in Okta, or name them as `grants` of the app',
  ],
  APP_REDIRECT_WILDCARD: [
    'an app accepts redirect URIs with wildcards: who has a host that matches gets its codes',
    `list the URIs, ${ACCEPT}`,
  ],
  APP_FOR_EVERYBODY: [
    'an app is for everybody (Federation Broker Mode), whatever groups it is assigned to',
    `switch that off, ${ACCEPT}`,
  ],
  APP_FOR_NOBODY: [
    'an app is assigned to nobody, so that Okta refuses every user',
    'assign the mapped groups to it, or name `groups` of the app and apply the map',
  ],
  APP_FOR_EMPTY_GROUPS: [
    'an app is assigned to groups without members alone, so that Okta refuses every user',
    'assign the mapped groups to it',
  ],
  APP_WITHOUT_GROUPS: [
    'an app will be assigned to nobody, since the map has no groups',
    'give it `groups: [Everyone]`',
  ],
  APP_UNASSIGNED: ['an app is not assigned to a group that the map gives it', APPLY],
  APP_GROUP_STAYS: [
    'an app is assigned to a group that no map gives it, and stays so',
    'unassign it in Okta if nobody needs it',
  ],
  GROUP_UNASSIGNED: [
    'a mapped group is not assigned to an app, and none of its members that were asked is',
    'assign the group to the app',
  ],
  GROUP_OF_OTHER_APP: [
    'a mapped group is not assigned to an app, and gets tokens by another app of the map',
    'assign the group to the app, if its members use it',
  ],
  GROUP_MEMBERS_ASSIGNED: [
    'a mapped group is not assigned to an app, and members are assigned in another way',
    'assign the group to the app, if all its members use it',
  ],
  GROUP_ABSENT: [
    'a group of the map does not exist in Okta',
    'create it, or set `createGroups: true`',
  ],
  GROUP_ID_UNKNOWN: ['no group has the id that the map names', 'correct the `id` of the group'],
  GROUP_IMPORTED: [
    'a group of the name exists only as one that a directory has imported',
    'accept it by its id (`groups.NAME.id`)',
  ],
  GROUP_AMBIGUOUS: ['several groups have the name', 'choose one by its id (`groups.NAME.id`)'],
  GROUP_NAMESAKE: [
    'another group has the name of a mapped one, and a claim by name does not tell them apart',
    'let the claim name groups by id, as an apply does',
  ],
  GROUP_FORMER_NAME: [
    'a group has a former name in Okta, which the map lists under `was`',
    'none is needed: the authorizer accepts both; rename the group in Okta when it suits',
  ],
  GROUP_RENAMED: [
    'a group has another name in Okta, which tokens carry and the map does not list',
    'list it under `was` of the group',
  ],
  GROUP_MAYBE_RENAMED: [
    'the claim lacks a group and carries one that the maps do not name',
    'list the name under `was` if it was renamed; else apply the maps without the group first',
  ],
  GROUP_EMPTY: ['a group has no members', 'add members, or take the group out of the map'],
  GROUP_NOT_CARRIED: [
    'no claim carries a group of the map',
    `${APPLY}; widen the claim where the server is not managed by this tool`,
  ],
  GROUP_LEFT_OUT: [
    'every rule that gives a client tokens leaves out a group that the map grants routes',
    'take the group out of those that the rule excludes',
  ],
  GROUP_REFUSED: [
    'no rule matches any of the members of a group that were asked, so that Okta refuses them',
    `let a rule match them, ${ACCEPT}`,
  ],
  GROUP_PARTLY_REFUSED: [
    'no rule matches some of the members of a group that were asked',
    `let a rule match them, ${ACCEPT}`,
  ],
  GROUP_MEMBERS_UNJUDGED: [
    'whether a rule matches each member of a group is not evaluated: there are too many to read',
    `ask for single users with \`okta verify --as\`, ${ACCEPT}`,
  ],
  GROUP_RULE_ABSENT: ['no rule of the group has the expression of the map', APPLY],
  GROUP_RULE_INACTIVE: [
    'a rule of the group is not active, so that it adds nobody',
    `activate it, or ${APPLY}`,
  ],
  USER_UNASSIGNED: [
    'the user is not assigned to the app, and Okta answers `access_denied`',
    'assign the user, or one of the groups of the user, to the app',
  ],
  USER_WITHOUT_RULE: [
    'no rule of a policy for the client matches the user and the grant, and Okta answers `access_denied`',
    'let a rule match the user, or look for one that leaves the user out',
  ],
  ORIGIN_ABSENT: [
    'the origin of a single-page app is no trusted origin, so that its browsers may get no token',
    APPLY,
  ],
  ORIGIN_INACTIVE: ['the trusted origin of a single-page app is not active', 'activate it in Okta'],
  ORIGIN_WITHOUT_CORS: [
    'the trusted origin of a single-page app is without CORS',
    'add CORS to it in Okta',
  ],
  HUB_ABSENT: [
    'the hub of revoked tokens was not found in this account and Region',
    'deploy it first; set `OKTA_HOOK_URL` where another tool or account has it',
  ],
  HOOK_ABSENT: ['no event hook calls the hub of the map', APPLY],
  HOOK_FOREIGN: [
    'an event hook that is not managed by this tool calls the hub, and does not deliver all that it needs',
    'fix what the message names, or write the sentence of the message into its description',
  ],
  HOOK_LIMIT: [
    'the org has as many active event hooks as Okta allows',
    'deactivate one that nobody needs',
  ],
  HOOK_ADDRESS: ['the event hook calls another address than the hub', APPLY],
  HOOK_INACTIVE: ['the event hook is not active, so that it delivers no event', APPLY],
  HOOK_UNVERIFIED: ['the event hook is not verified, so that it delivers no event', APPLY],
  HOOK_WITHOUT_EVENTS: ['the event hook lacks events that the hub needs', APPLY],
  HOOK_FILTERED: [
    'the event hook has filters, which may hold events back',
    'remove the filters in Okta',
  ],
};
