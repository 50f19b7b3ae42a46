/**
 * Reads `api.attachTo` and `api.authorizerOnly`: the product in front of an API that somebody else
 * owns.
 */

import { at, type Cursor, isData, oneOf, type Report, text, texts } from '../report/cursor.ts';
import { nearest } from '../report/nearest.ts';
import { code } from '../report/problems.ts';
import type { ApiSettings } from './api-section.ts';

export interface AttachSettings {
  readonly apiId: string;
  /** REST: the stage that is published. */
  readonly stage?: string;
  /** Routes whose authorizer of somebody else gives way. */
  readonly replace: readonly string[];
  readonly onUnmapped: 'fail' | 'deny' | 'leave';
  /** Findings that are accepted by name. */
  readonly accept: readonly string[];
  readonly dryRun: boolean;
  readonly publishPending: boolean;
  /** REST: answers of the gateway itself. `replace`: also where the owner has set a body. */
  readonly gatewayResponses: boolean | 'replace';
}

export const NO_GATEWAY_RESPONSES =
  'an HTTP API has no gateway responses, and answers 403 without a body of ours';

export function readAttachTo(
  api: Cursor,
  report: Report,
  hasEndpoint: boolean,
): AttachSettings | undefined {
  const cursor = at(api, 'attachTo');
  if (!isData(cursor.value)) return undefined;
  reportConflicts(api, cursor, report, hasEndpoint);
  const [http, rest] = [text(at(cursor, 'httpApiId')), text(at(cursor, 'restApiId'))];
  const stage = text(at(cursor, 'stage'));
  return {
    apiId: http ?? rest ?? '',
    ...(stage !== undefined && { stage }),
    replace: texts(at(cursor, 'replace')).map(([route]) => route),
    onUnmapped: oneOf(at(cursor, 'onUnmapped'), ['fail', 'deny', 'leave'], 'fail'),
    accept: texts(at(cursor, 'accept')).map(([name]) => name),
    dryRun: at(cursor, 'dryRun').value === true,
    publishPending: at(cursor, 'publishPending').value === true,
    gatewayResponses: readGatewayResponses(at(cursor, 'gatewayResponses')),
  };
}

function reportConflicts(api: Cursor, cursor: Cursor, report: Report, hasEndpoint: boolean): void {
  const has = (key: string): boolean => at(cursor, key).value !== undefined;
  const kind = at(api, 'kind').value === 'rest' ? 'rest' : 'http';
  const [own, other] = kind === 'http' ? ['httpApiId', 'restApiId'] : ['restApiId', 'httpApiId'];
  if (has(other)) {
    const expected = `\`${own}\`, since \`api.kind\` is \`${kind}\``;
    report.error(
      'KEY_CONFLICT',
      at(cursor, other).pointer,
      { expected, found: code(other) },
      'key',
    );
  } else if (!has(own)) {
    report.error(
      'KEY_MISSING',
      cursor.pointer,
      { expected: `the key \`${own}\``, found: 'no such key' },
      'key',
    );
  }
  if (kind === 'rest' && !has('stage'))
    report.error(
      'KEY_MISSING',
      cursor.pointer,
      { expected: 'the key `stage`', found: 'no such key' },
      'key',
    );
  if (kind === 'http' && has('stage')) {
    const found = '`stage`: an HTTP API is attached on all of its stages';
    report.error(
      'KEY_CONFLICT',
      at(cursor, 'stage').pointer,
      { expected: 'no stage', found },
      'key',
    );
  }
  const responses = at(cursor, 'gatewayResponses');
  if (kind === 'http' && readGatewayResponses(responses)) {
    const found = `${code(String(responses.value))}: ${NO_GATEWAY_RESPONSES}`;
    report.error(
      'KEY_CONFLICT',
      responses.pointer,
      { expected: 'no `gatewayResponses`', found },
      'key',
    );
  }
  const answers = kind === 'rest' && (hasEndpoint || readGatewayResponses(responses) !== false);
  if (answers) reportPreflight(api, report);
  reportOwnersKeys(api, 'attachTo', report, answers);
  if (at(api, 'authorizerOnly').value === true) {
    const found = '`authorizerOnly` beside `attachTo`';
    report.error(
      'KEY_CONFLICT',
      at(api, 'authorizerOnly').pointer,
      { expected: 'one of the two', found },
      'key',
    );
  }
}

/**
 * What an API that we do not deploy cannot be given: its owner decides where calls go.
 * @param answers whether something of ours answers there, and `cors` is about that.
 */
export function reportOwnersKeys(
  api: Cursor,
  because: 'attachTo' | 'authorizerOnly',
  report: Report,
  answers = false,
): void {
  for (const key of ['upstream', 'cors']) {
    if (at(api, key).value === undefined || (key === 'cors' && answers)) continue;
    const found = `\`${key}\` beside \`${because}\`: the API's owner sets it`;
    report.error('KEY_CONFLICT', at(api, key).pointer, { expected: `no \`${key}\``, found }, 'key');
  }
}

const readGatewayResponses = ({ value }: Cursor): boolean | 'replace' =>
  value === 'replace' ? value : value === true;

/**
 * Of `cors`, gateway responses and the permissions endpoint take the origins; preflights are
 * answered as the API's owner has set it.
 */
function reportPreflight(api: Cursor, report: Report): void {
  for (const key of ['headers', 'maxAge']) {
    const { value, pointer } = at(api, 'cors', key);
    const found = `\`${key}\` beside \`attachTo\`: the API's owner sets what preflights answer`;
    if (value !== undefined)
      report.error('KEY_CONFLICT', pointer, { expected: '`origins` alone', found }, 'key');
  }
}

/** Routes to replace are routes of the map that need an authorizer: `public` never removes one. */
export function checkReplace(
  root: Cursor,
  settings: ApiSettings,
  routes: ReadonlyMap<string, boolean>,
  report: Report,
): void {
  if (settings.attachTo === undefined) return;
  for (const [key, { pointer }] of texts(at(root, 'api', 'attachTo', 'replace'))) {
    const isPublic = routes.get(key);
    if (isPublic === undefined) {
      report.error('ROUTE_UNKNOWN', pointer, {
        expected: 'a route under `routes`',
        found: code(key),
        nearest: nearest(key, routes.keys()),
      });
    } else if (isPublic) {
      const found = `${code(key)}, which is \`public\`: an authorizer is never removed`;
      report.error('KEY_CONFLICT', pointer, {
        expected: 'a route that needs an authorizer',
        found,
      });
    }
  }
}
