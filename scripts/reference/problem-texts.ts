/**
 * What each problem of a map says, and how to fix it. The compiler sees that no code is missing.
 */
import type { FindingCode } from '../../lib/commands/check/check-findings.ts';

export const PROBLEM_TEXTS: Readonly<Record<FindingCode, readonly [says: string, fix: string]>> = {
  FILE_UNREADABLE: ['the file cannot be read', 'name a file that is there and that you may read'],
  FILE_ENCODING: ['the file is not UTF-8', 'save it as UTF-8'],
  FILE_TOO_COMPLEX: [
    'the file has too many levels or values',
    'split the map, or take anchors out',
  ],
  MAP_EMPTY: ['the file has no map', 'write `api`, `okta` and `routes`'],
  MAP_FOREIGN: ['the file is something else than an access map', 'name the map itself'],
  YAML_SYNTAX: ['the text is not YAML', 'correct it where the message points'],
  YAML_BRACES_UNQUOTED: [
    'a route with braces stands in a list without quotes',
    'write `"GET /orders/{id}"`',
  ],
  YAML_TAB: ['a line is indented by a tab', 'indent by spaces'],
  YAML_SEVERAL_DOCUMENTS: ['the file has several documents', 'write one map a file'],
  YAML_TAG: ['a value has a tag such as `!Ref`', 'write the value itself'],
  YAML_KEY: ['a key is no text', 'write the key as a text'],
  YAML_ALIAS: ['an alias has no anchor', 'put a text that begins with `*` in quotes'],
  KEY_DUPLICATE: ['a key stands twice', 'keep one'],
  KEY_UNKNOWN: ['the map has no such key', 'use the nearest name, which the message gives'],
  KEY_MISSING: ['a key that must be there is absent', 'add it'],
  KEY_CONFLICT: ['two keys do not go together', 'keep one of them'],
  NAME_INVALID: ['a name has a form that it must not have', 'use the form that the message gives'],
  VALUE_TYPE: ['a value is of another type', 'use the type that the message gives'],
  VALUE_INVALID: ['a value is none of those that the key takes', 'use one that the message gives'],
  VALUE_DUPLICATE: ['a list has a value twice', 'keep one'],
  VALUE_EMPTY: ['a value is empty', 'write one, or take the key out'],
  ROUTE_INVALID: ['a text is no route', 'write method and path: `GET /orders/{id}`'],
  ROUTE_DUPLICATE: ['a route stands twice', 'keep one'],
  ROUTE_UNKNOWN: ['a route is not in `routes`', 'add it, or correct the spelling'],
  TEMPLATE_DUPLICATE: [
    'two paths differ in the name of a parameter alone',
    'give the parameter one name',
  ],
  ENDPOINT_TAKEN: ['a route serves the path of the permissions endpoint', 'use another path'],
  PATTERN_INVALID: [
    'a text is no pattern',
    'write a method or `ANY`, and a path with `*` or `/**`',
  ],
  PATTERN_UNMATCHED: ['a pattern matches no route', 'correct it, or add the route to `routes`'],
  PERMISSION_UNKNOWN: ['nobody defines the permission', 'define it under `permissions`'],
  QUOTA_UNKNOWN: ['nobody defines the quota', 'define it under `quotas`'],
  QUOTA_WINDOW_DUPLICATE: ['a quota has two windows for the same time and routes', 'keep one'],
  QUOTA_PAYER: ['the quota charges somebody who is not there', 'use a quota `by` another payer'],
  GROUP_UNKNOWN: ['the map does not have the group', 'add it to `groups`, or correct the spelling'],
  MACHINE_UNKNOWN: ['the map does not have the machine', 'add it to `machines`'],
  ISSUER_INVALID: [
    'the issuer is no URL of an authorization server',
    'copy the Issuer URI from Okta: Security > API',
  ],
  ISSUER_ORG_SERVER: [
    'the issuer is the org itself, whose tokens only Okta may check',
    'use a custom authorization server: `https://ORG/oauth2/SERVER`',
  ],
  ISSUER_INSECURE: ['the issuer is plain http', 'use https'],
  ISSUERS_DIFFER: [
    'the issuers of a block are different servers',
    'make a block for each server; a block lists hosts of one server',
  ],
  ISSUER_DUPLICATE: ['two blocks have the same issuer', 'merge them'],
  UPSTREAM_INVALID: [
    'the upstream is none that the API can have',
    'use one that the message gives',
  ],
  ORIGIN_INVALID: ['a text is no origin', 'write scheme and host: `https://app.example.com`'],
  DURATION_RANGE: [
    'a time is too short or too long',
    'use one within the bounds that the message gives',
  ],
  OPENAPI_INVALID: [
    'the file is no OpenAPI document that can be read, or is one of the other kind of API',
    'correct the document or `api.kind`',
  ],
  OPENAPI_BASE_PATH: [
    'the server of the document has a path, and nobody said what the import does with it',
    'say `basePath: ignore` or `basePath: prepend`',
  ],
  CACHE_FORCED_OFF: [
    'the map wants a cache and needs a decision at each call',
    'use `cache: auto`, or take out what the message names',
  ],
  REVOCATION_PARTIAL: [
    'the tokens of an okta block are valid until they expire, while those of another Okta org are revoked',
    'give the block’s Okta org a `revocation` of its own, or name the org in `revocation.org`',
  ],
  REVOCATION_CACHED: [
    'the gateway keeps answers for longer than `okta.revocation.within`, so that a revoked token passes for longer',
    'use `cache: auto`, or a shorter `ttl`',
  ],
  PUBLIC_BESIDE_CLOSED: [
    'paths of a public route may be read as a route that is not public',
    'list both as public, rename one, or say `paths: exact` of the public one',
  ],
  DENY_PUBLIC: ['a `deny` reaches a public route, where nothing is refused', 'narrow the pattern'],
  DENY_SIGNED_IN: [
    'a `deny` reaches a `signedIn` route, where nothing is refused',
    'narrow the pattern, or take the route out of `signedIn`',
  ],
  PUBLIC_AND_SIGNED_IN: ['a route is both `public` and `signedIn`', 'keep one'],
  PUBLIC_AND_GRANTED: ['a public route is granted to a group', 'take the grant out'],
  SCOPE_UNREACHABLE: [
    'with `scopes: intersect` no permission has the route, so that nobody may call it',
    'add the route to a permission',
  ],
  QUOTA_UNUSED: ['nobody names the quota', 'name it in a group, or take it out'],
  QUOTA_IDLE: ['the quota counts nothing', 'let the rules allow a route that it counts'],
  ALLOW_CANCELLED: [
    'a `deny` of the same entry refuses all routes of an `allow`',
    'take one of them out',
  ],
  ISSUERS_DEFAULT: [
    'the server `default` is in every org, so that hosts of two orgs look alike',
    'make sure that the hosts are of one org',
  ],
  UPSTREAM_PLAIN: ['tokens travel to the upstream unencrypted', 'use an https URL'],
  PERMISSION_UNUSED: ['nobody is granted the permission', 'grant it, or take it out'],
  GROUP_PREFIXED: [
    'a group has the prefix that `okta.groupPrefix` strips',
    'write its name without the prefix',
  ],
  NAME_HIDDEN: [
    'a name or a value holds characters that cannot be seen, other spaces than plain ones, or typographic quotes around it',
    'write it again',
  ],
  PLACEHOLDER: ['a value is still one that `init` wrote', 'put your own in its place'],
  NAME_WILDCARD: [
    'a name has `*` or `?`, and names are compared letter by letter',
    'write the names, or say `literal: true` if that is its real name',
  ],
  NAME_RESERVED: ['a group has the name of a section', 'use the section `everyone`'],
  NAME_SUSPECT: [
    'a name looks like another one, or is one that tokens rarely carry',
    'correct it, or leave it if it is meant',
  ],
  EVERYONE_SIGNED_IN: ['a route is in `everyone` and in `signedIn`', 'keep one'],
  TEST_FAILED: ['a test of the map fails', 'correct the map, or the test'],
  TEST_IN_SHADOW: [
    'a test is about a route in shadow mode, where the gateway does otherwise',
    'say `mode: shadow` in the test, or run `test --rules`',
  ],
  UPSTREAM_OPEN: [
    'the upstream may be called past the gateway',
    'let only the gateway reach it, or verify tokens there',
  ],
  QUOTA_HOT: [
    'one counter gets more writes a second than an item of DynamoDB takes',
    'use `accuracy: leased`, or charge by user',
  ],
  QUOTA_FREE: [
    'a group without a quota frees its members of another group’s quota',
    'say `strict: true`, or give the group a quota',
  ],
  RESPONSE_LARGE: [
    'an answer of the authorizer may come near the bound of 8,000 bytes',
    'shorten names of groups and permissions',
  ],
  GATEWAY_QUOTA: [
    'the API needs more than API Gateway’s default quota allows',
    'ask AWS for more, or split the API',
  ],
};
