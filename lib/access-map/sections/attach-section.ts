/** Reads `api.attachTo`: the product in front of an API that somebody else owns. */

import { isObject } from '../../../lambda/core/json/json-object.ts';
import { at, type Cursor, choice, has, is, type Report, text, texts } from '../report/cursor.ts';
import { code } from '../report/problems.ts';
import type { MapSection } from '../schema/schema.ts';
import type { Accepted } from './accept-section.ts';

export interface AttachSettings {
  readonly apiId: string;
  /** REST: the stage that is published. */
  readonly stage?: string;
  /** Routes whose existing authorizer is replaced by ours. */
  readonly replace: readonly string[];
  readonly onUnmapped: 'fail' | 'deny' | 'leave';
  /** Findings that are accepted by name, here or under `api.accept`. */
  readonly accept: readonly string[];
  /** REST: stages that may serve routes of the map without our authorizer. */
  readonly otherStages: OtherStages;
  /** Stack whose attachment to the same API this one takes over. */
  readonly takeOver?: string;
  readonly onDelete: 'restore' | 'keep';
  readonly dryRun: boolean;
  readonly publishPending: boolean;
  /** REST: answers of the gateway itself. `replace`: also where the owner has set a body. */
  readonly gatewayResponses: boolean | 'replace';
}

export type OtherStages = 'fail' | 'leave' | readonly string[];

export const NO_GATEWAY_RESPONSES =
  'an HTTP API has no gateway responses, and answers 403 with a fixed body';

type Api = Cursor<MapSection<'api'>>;
type AttachTo = Cursor<NonNullable<MapSection<'api'>['attachTo']>>;

export function readAttachTo(
  api: Api,
  accepted: Accepted,
  report: Report,
): AttachSettings | undefined {
  const cursor = at(api, 'attachTo');
  if (!isObject(cursor.value)) return undefined;
  reportTarget(cursor, is(at(api, 'kind'), 'rest') ? 'rest' : 'http', report);
  reportBoth(api, report);
  const [http, rest] = [text(at(cursor, 'httpApiId')), text(at(cursor, 'restApiId'))];
  const [stage, takeOver] = [text(at(cursor, 'stage')), text(at(cursor, 'takeOver'))];
  return {
    apiId: http ?? rest ?? '',
    ...(stage !== undefined && { stage }),
    replace: texts(at(cursor, 'replace')).map(([route]) => route),
    onUnmapped: choice(at(cursor, 'onUnmapped'), ['fail', 'deny', 'leave']) ?? 'fail',
    accept: [
      ...new Set([...texts(at(cursor, 'accept')).map(([name]) => name), ...accepted.findings]),
    ],
    otherStages: readOtherStages(cursor),
    ...(takeOver !== undefined && { takeOver }),
    onDelete: is(at(cursor, 'onDelete'), 'keep') ? 'keep' : 'restore',
    dryRun: is(at(cursor, 'dryRun'), true),
    publishPending: is(at(cursor, 'publishPending'), true),
    gatewayResponses: readGatewayResponses(cursor),
  };
}

function readOtherStages(cursor: AttachTo): OtherStages {
  const otherStages = at(cursor, 'otherStages');
  if (Array.isArray(otherStages.value)) return texts(otherStages).map(([name]) => name);
  return is(otherStages, 'leave') ? 'leave' : 'fail';
}

const readGatewayResponses = (cursor: AttachTo): boolean | 'replace' => {
  const responses = at(cursor, 'gatewayResponses');
  return is(responses, 'replace') ? 'replace' : is(responses, true);
};

/** The keys of an HTTP API belong beside `kind: http`, those of a REST API beside `kind: rest`. */
function reportTarget(cursor: AttachTo, kind: 'http' | 'rest', report: Report): void {
  const [own, other] =
    kind === 'http' ? (['httpApiId', 'restApiId'] as const) : (['restApiId', 'httpApiId'] as const);
  const conflict = (
    key: keyof NonNullable<MapSection<'api'>['attachTo']>,
    expected: string,
    found: string,
  ) => report.error('KEY_CONFLICT', at(cursor, key).pointer, { expected, found }, 'key');
  const missing = (key: string) =>
    report.error(
      'KEY_MISSING',
      cursor.pointer,
      { expected: `the key \`${key}\``, found: 'no such key' },
      'key',
    );
  if (has(cursor, other))
    conflict(other, `\`${own}\`, since \`api.kind\` is \`${kind}\``, code(other));
  else if (!has(cursor, own)) missing(own);
  if (kind === 'rest') {
    if (!has(cursor, 'stage')) missing('stage');
    return;
  }
  for (const key of ['stage', 'otherStages'] as const)
    if (has(cursor, key))
      conflict(key, `no \`${key}\``, `\`${key}\`: an HTTP API is attached on all of its stages`);
  const responses = readGatewayResponses(cursor);
  if (responses !== false)
    conflict(
      'gatewayResponses',
      'no `gatewayResponses`',
      `${code(String(responses))}: ${NO_GATEWAY_RESPONSES}`,
    );
}

function reportBoth(api: Api, report: Report): void {
  const cursor = at(api, 'authorizerOnly');
  if (!is(cursor, true)) return;
  const detail = { expected: 'one of the two', found: '`authorizerOnly` beside `attachTo`' };
  report.error('KEY_CONFLICT', cursor.pointer, detail, 'key');
}
