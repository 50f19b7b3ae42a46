/**
 * What commands and the synthesis find beside problems of a map. The compiler sees that no code is
 * missing.
 */
import type { FoundCode } from '../../lib/commands/shell/problem-json.ts';

export type FoundText = readonly [command: string, says: string, fix: string];

export const FOUND_TEXTS: Readonly<Record<FoundCode, FoundText>> = {
  API_SETTING: [
    'coverage`, `inject',
    'the API, or the document, has a setting, or a route that is not in the map, that weakens the authorizer or breaks calls, or a part that cannot be evaluated',
    'change what the message names, or accept it by `api.accept.findings`',
  ],
  ROUTE_UNPROTECTED: [
    'coverage',
    'a route of the live API has no authorizer',
    'deploy once more; or list the route under `public`, where anybody may call it',
  ],
  ROUTE_FOREIGN: [
    'coverage`, `inject',
    'a route of the live API, or of the document, has the authorizer of somebody else',
    'list it under `attachTo.replace` (`inject`: name it with `--replace`), or under `api.accept.foreign` where that one may stay',
  ],
  ROUTE_TAKEN_BACK: [
    'coverage',
    'the owner of the API has put another authorizer on a route that was attached',
    'list it under `attachTo.replace`, or agree with the owner',
  ],
  ROUTE_STALE: [
    'coverage',
    'a stage serves an older deployment, or the authorizer has other settings',
    'deploy the stage, or accept it by `attachTo.otherStages`',
  ],
  ROUTE_MISSING: [
    'coverage`, `inject',
    'the live API, or the document, does not have a route of the map, or one that `--replace` names; or no operation of the document needs the authorizer',
    'correct `routes` or `--replace`, or add the route to the API',
  ],
  DIFF_WIDENED: [
    'diff',
    '`--fail-on widened`: the new map lets somebody call more',
    'review the change, or take it back',
  ],
  DIFF_NARROWED: [
    'diff',
    '`--fail-on narrowed`: the new map takes something away',
    'review the change, or take it back',
  ],
  DIFF_CHANGED: [
    'diff',
    '`--fail-on any`: the maps mean different things',
    'review the change, or take it back',
  ],
  EXPECTATION_UNMET: [
    'explain',
    'the answer is not what `--expect` says, or the map does not have the route',
    'change the map, or correct the route or what is expected',
  ],
  SMOKE_FAILED: [
    'smoke',
    'the live API answers a probe otherwise than the map says',
    'do what the message of the probe says',
  ],
  DATA_INCOMPLETE: [
    'unused',
    'the records do not show every use',
    'give the access log too, or records of a longer time',
  ],
  UNUSED: ['unused', 'nobody used an entry of the map', 'take it out, or keep it on purpose'],
  WOULD_BE_REFUSED: [
    'promote',
    'enforcing would refuse recorded calls',
    'change the map by one of the proposals, or let the calls be refused',
  ],
  CALLS_LET_IN: [
    'replay',
    'the other map would let recorded calls in that were refused',
    'change the map, or review the calls',
  ],
  CALLS_REFUSED: [
    'replay',
    'the other map would refuse recorded calls that were let in',
    'change the map, or review the calls',
  ],
  PLAN_PENDING: ['okta plan', 'Okta is not as the maps say', 'review the plan, then `okta apply`'],
};

/** Warnings and notes of the constructs, by the part of the id after `okta-group-authorizer:`. */
export const SYNTHESIS_TEXTS: Readonly<Record<string, readonly [says: string, fix: string]>> = {
  alarmsUnheard: ['the alarms notify nobody', 'set `alarmTopic`, or give each alarm an action'],
  apiUnknown: [
    'a route belongs to an API whose id is known at deploy time only, so it gets no authorizer',
    'write the API’s own id; acknowledge where it is another API',
  ],
  attachToOther: [
    '`attachTo` of the map names another API than the code attaches to',
    'name the same one; acknowledge where that is meant',
  ],
  hubKeyPolicy: [
    'the key of a hub’s table is of another app, whose policy this app does not write',
    'let that policy admit the accounts that the message names',
  ],
  ISSUER_EXAMPLE: [
    'the map accepts tokens of an Okta org that the examples name',
    'name your own org in `okta.issuer`',
  ],
  mixedSpellings: [
    'the template has no room to overwrite headers that mix hyphens and underscores',
    'see that the back end ignores names with underscores, or split the map',
  ],
  noFloodBound: [
    'no throttling in front of the authorizer limits the rate of calls',
    'set throttling on the stage, a rate-based rule of AWS WAF, or reserved concurrency',
  ],
  notDeployed: [
    'the authorizer is live after the next deployment of the API only',
    'deploy the API where it is defined',
  ],
  publicBeside: [
    'a back end may read a path of a public route as a route of the app that the map does not have',
    'list both as `public` or neither, or say `paths: exact`',
  ],
  publicCovered: [
    'a public route has the authorizer, so calls without a token get 401',
    'leave the authorizer off the route, or take the route out of `public`',
  ],
  publicForeign: [
    'a public route has the authorizer of somebody else, which decides its calls',
    'remove that one, take the route out of `public`, or list it under `api.accept.foreign`',
  ],
  quota: [
    'the API needs more routes or resources than API Gateway’s default quota allows',
    'ask AWS for more, or split the API',
  ],
  'quota-alarms': [
    'there are more quotas by group than alarms for them',
    'watch the further ones on the dashboard',
  ],
  routeMissing: [
    'the API does not have a route of the map',
    'add it to the API, or take it out of `routes`',
  ],
  routeServed: [
    'the API does not have a route of the map, and a greedy route takes its calls, with this authorizer or with one that `api.accept.foreign` accepts',
    'none is needed; this authorizer decides by the path, another one by its own rules',
  ],
  routeUnknown: [
    'a route has a key that is known at deploy time only',
    'see that the map has it; otherwise each call of it gets 403',
  ],
  routeUnmapped: [
    'the map does not have a route of the API, so that each call of it gets 403',
    'add it to `routes`',
  ],
  unused: [
    'the authorizer is on no API',
    'call `protect` or `attach`; acknowledge where it is connected elsewhere',
  ],
};
