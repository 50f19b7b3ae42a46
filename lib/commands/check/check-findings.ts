/**
 * What `check` warns of beyond the map's own problems: settings that are valid and still deserve a
 * second look.
 */

import { isLoopbackHost } from '../../../lambda/core/contract/loopback.ts';
import { PERIOD_SECONDS, PERIODS } from '../../../lambda/core/contract/periods.ts';
import type { QuotaFile } from '../../../lambda/core/model/model-file.ts';
import { quotaWarning } from '../../../lambda/gateway/gateway-quotas.ts';
import { RESPONSE_LIMIT_BYTES } from '../../access-map/cache/response-bound.ts';
import {
  type AccessMap,
  describePlace,
  mapPointer,
  type Place,
  type Problem,
} from '../../access-map/index.ts';
import { code, problem } from '../../access-map/report/problems.ts';
import { attachmentRefusal } from '../../attachment/check-event.ts';
import { deployedKeys, sizeFindings } from '../../stack/stack-size.ts';
import { formatCount, pluralize } from '../shell/io.ts';
import type { ReadMap } from '../shell/map-file.ts';
import { freePairs } from './free-pairs.ts';

export type FindingCode =
  | Problem['code']
  | 'UPSTREAM_OPEN'
  | 'QUOTA_HOT'
  | 'QUOTA_FREE'
  | 'RESPONSE_LARGE'
  | 'GATEWAY_QUOTA';

export interface Finding extends Omit<Problem, 'code'> {
  readonly code: FindingCode;
}

/**
 * Writes a second that one item of the table takes. Source: DynamoDB Developer Guide, "Designing
 * partition keys to distribute your workload".
 */
const ITEM_WRITES_PER_SECOND = 1_000;

export function findingsOf(
  map: AccessMap,
  responseBytes: number,
  placeOf: ReadMap['placeOf'],
): readonly Finding[] {
  return [
    ...unprotectedUpstream(map, placeOf),
    ...hotQuotas(map, placeOf),
    ...quotasEvaded(map, placeOf),
    ...largeResponse(responseBytes, placeOf),
    ...templateSize(map, placeOf),
    ...gatewayQuota(map, placeOf),
  ];
}

/** What synthesis would refuse. */
function templateSize(map: AccessMap, placeOf: ReadMap['placeOf']): readonly Finding[] {
  const detail = attachmentRefusal(map);
  const ofAttachment = detail === undefined ? [] : [{ severity: 'error' as const, detail }];
  return [...sizeFindings(map), ...ofAttachment].map((found) =>
    problem(found.severity, 'VALUE_INVALID', placeOf(mapPointer('routes'), 'key'), found.detail),
  );
}

/** Whether synthesis would take the stack that deploys the map's API. */
export const fitsOneStack = (map: AccessMap): boolean =>
  sizeFindings(map).every(({ severity }) => severity === 'warning');

/** The quota is the gateway's, so it holds wherever the routes are deployed. */
function gatewayQuota(map: AccessMap, placeOf: ReadMap['placeOf']): readonly Finding[] {
  const says = quotaWarning(map.kind, deployedKeys(map));
  return says === undefined
    ? []
    : [warning('GATEWAY_QUOTA', placeOf(mapPointer('routes'), 'key'), says)];
}

const warning = (code: FindingCode, place: Place, says: string): Finding => ({
  severity: 'warning',
  code,
  place,
  message: `${describePlace(place)}: warning: ${says}`,
});

function unprotectedUpstream(
  { api, placeholders }: AccessMap,
  placeOf: ReadMap['placeOf'],
): readonly Finding[] {
  // A Lambda function reads identity from the request context, which callers cannot write.
  if (api.upstream.kind === 'lambda') return [];
  const url = api.upstream.kind === 'url' ? api.upstream.url : api.upstream.listener;
  // Nothing is known yet of a placeholder.
  const ofUrl = mapPointer('api', 'upstream', 'url');
  if (url === '' || placeholders.some(({ place }) => place.path === ofUrl)) return [];
  if (api.upstream.kind === 'url' && isLoopbackHost(new URL(url).hostname)) return [];
  const says =
    `anyone who can reach ${code(url)} can call it without the authorizer and forge \`x-access-*\` headers: ` +
    'let the upstream accept calls of the gateway only, or check the access token itself';
  const pointer = mapPointer('api', 'upstream', api.upstream.kind);
  return [warning('UPSTREAM_OPEN', placeOf(pointer), says)];
}

function hotQuotas({ model }: AccessMap, placeOf: ReadMap['placeOf']): readonly Finding[] {
  return model.quotas.flatMap((quota) => {
    if (quota.accuracy !== 'exact') return [];
    const hot = (says: string) => [
      warning('QUOTA_HOT', placeOf(mapPointer('quotas', quota.name), 'key'), says),
    ];
    const perSecond = peakPerSecond(quota);
    // A user alone does not call a thousand times a second all the time; a group's members, and a
    // client's users, do together.
    if (quota.by === 'user' || perSecond <= ITEM_WRITES_PER_SECOND)
      return isOverrun(quota) ? hot(overrunOf(quota)) : [];
    return hot(
      `${code(quota.name)} lets one ${quota.by} make ${formatCount(Math.ceil(perSecond))} calls a second, each a write to the same item, ` +
        `and DynamoDB takes ${pluralize(ITEM_WRITES_PER_SECOND, 'write')} a second there: take leases with \`accuracy: leased\`, lower the limit, or charge by \`user\``,
    );
  });
}

/**
 * A caller who is faster than the table makes it refuse writes, and with `allow` those calls pass
 * uncounted. A smaller limit is used up first.
 */
const isOverrun = ({ onStoreFailure, windows }: QuotaFile): boolean =>
  onStoreFailure === 'allow' &&
  Math.min(...windows.map(({ limit }) => limit)) > ITEM_WRITES_PER_SECOND;

const overrunOf = ({ name, by }: QuotaFile): string =>
  `${code(name)} leaves one ${by} more than ${pluralize(ITEM_WRITES_PER_SECOND, 'call')} in a burst, DynamoDB takes ${pluralize(ITEM_WRITES_PER_SECOND, 'write')} a second ` +
  'to one item, and what it refuses passes uncounted: take `onStoreFailure: deny`, `accuracy: leased`, or a shorter window with a smaller limit';

/**
 * Mean rate over the shortest window when it is used up; a longer window with a smaller limit caps
 * it.
 */
function peakPerSecond({ windows }: QuotaFile): number {
  const shortest = PERIODS.find((period) => windows.some(({ per }) => per === period)) ?? 'month';
  return Math.min(...windows.map(({ limit }) => limit)) / PERIOD_SECONDS[shortest];
}

/** Pairs that are named; a map of a thousand groups can have as many as it has groups. */
const MAX_PAIRS = 20;

/**
 * The documented rule, which is easily missed: a second group without a quota makes calls free of
 * the first group's quota.
 */
function quotasEvaded({ model }: AccessMap, placeOf: ReadMap['placeOf']): readonly Finding[] {
  const pairs = freePairs(model);
  const more = pairs.length - MAX_PAIRS;
  return pairs.slice(0, MAX_PAIRS).map(({ charged, quota, free, routes }, at) => {
    const [first = ''] = routes;
    const others =
      routes.length === 1 ? '' : ` and ${pluralize(routes.length - 1, 'further route')}`;
    const rest =
      more > 0 && at === MAX_PAIRS - 1
        ? `; the same holds for ${pluralize(more, 'further pair')}`
        : '';
    const says = `who is in ${code(charged)} and in ${code(free)} calls ${code(first)}${others} free of ${code(quota)}: ${code(free)} has no quota there; with \`strict: true\` the quota is still charged${rest}`;
    return warning('QUOTA_FREE', placeOf(mapPointer('groups', free), 'key'), says);
  });
}

function largeResponse(bytes: number, placeOf: ReadMap['placeOf']): readonly Finding[] {
  if (bytes <= RESPONSE_LIMIT_BYTES) return [];
  const says =
    `a caller in all groups gets an authorizer response of up to ${pluralize(bytes, 'byte')}, expected at most ` +
    `${formatCount(RESPONSE_LIMIT_BYTES)}: use fewer or shorter names of groups and permissions`;
  return [warning('RESPONSE_LARGE', placeOf(mapPointer('groups'), 'key'), says)];
}
