/** What a map expects of its live API, for the evaluation of the routes. */
import {
  EMPTY_RECORD,
  laterRecordSentence,
} from '../../../lambda/core/contract/attachment-record.ts';
import { LaterFormat } from '../../../lambda/core/contract/stored-formats.ts';
import type { ExpectedRoutes } from '../../../lambda/gateway/classify-route.ts';
import {
  type AuthorizerSettings,
  attachedSettings,
} from '../../../lambda/gateway/own-authorizer.ts';
import type { AccessMap } from '../../access-map/index.ts';
import { httpIdentitySources, restCaching } from '../../template-parts/identity-sources.ts';
import { ServiceError } from '../shell/command.ts';
import type { Deployed } from './deployed-authorizer.ts';
import type { LiveApiRef, LiveAws } from './live-aws.ts';

export interface ExpectationOptions {
  readonly ref: LiveApiRef;
  readonly deployed: Deployed | undefined;
  /** ARN of the function, where the command line names it. */
  readonly function?: string;
  readonly strict?: boolean;
}

export interface Expectation extends ExpectedRoutes {
  /** Findings of the API as a whole that are accepted. */
  readonly findings: readonly string[];
  /**
   * Whether the attachment has handed a route that the map does not have to the authorizer, which
   * refuses calls that a back end may read as one of it. Absent where no attachment does so.
   */
  readonly isHandedOver?: (key: string) => boolean;
}

/** @throws ServiceError for a record that cannot be read. */
export async function expectationOf(
  map: AccessMap,
  { ref, deployed, function: named, strict = false }: ExpectationOptions,
  aws: LiveAws,
): Promise<Expectation> {
  const { attachTo, accept } = map.api;
  const table = deployed?.records?.find(({ api }) => api === ref.id || api === '*')?.table;
  const record = table === undefined ? EMPTY_RECORD : await inTable(table, ref.id, aws.readRecord);
  const isAttached = attachTo !== undefined || table !== undefined;
  const invokes = named ?? deployed?.authorizer;
  const stage = ref.stage ?? record.stage;
  // Code may attach otherwise than the map says.
  const settings = record.settings ?? attachTo;
  const onUnmapped = settings?.onUnmapped ?? 'fail';
  const findings = [...accept.findings, ...(settings?.accept ?? [])];
  return {
    findings,
    ...(onUnmapped !== 'fail' && (await handedOver(table, { ref, deployed }, aws))),
    ...keysOf(map),
    authorizer: invokes === undefined ? {} : { invokes, settings: settingsOf(map, isAttached) },
    ...(isAttached && {
      attachment: {
        recorded: new Set(Object.keys(record.routes)),
        replace: new Set(settings?.replace ?? []),
        onUnmapped,
      },
    }),
    acceptedForeign: new Set(accept.foreign),
    ...(stage !== undefined && { stage }),
    otherStages: findings.includes('otherStages') ? 'leave' : (settings?.otherStages ?? 'fail'),
    strict,
  };
}

const keysOf = ({ gatewayRoutes, permissionsEndpoint }: AccessMap) => ({
  guarded: new Set([
    ...gatewayRoutes.filter((route) => !route.public).map(({ key }) => key),
    ...(permissionsEndpoint === undefined ? [] : [permissionsEndpoint.route]),
  ]),
  public: new Set(gatewayRoutes.filter((route) => route.public).map(({ key }) => key)),
});

function settingsOf({ kind, cache, model }: AccessMap, isAttached: boolean): AuthorizerSettings {
  if (isAttached) return attachedSettings(kind, model.shadow !== undefined);
  return {
    ttlSeconds: cache.ttlSeconds,
    identitySources:
      kind === 'http'
        ? httpIdentitySources(cache.mode)
        : restCaching(cache).identitySource.split(','),
  };
}

/** Where no stack is known, the map says that its attachment hands over every such route. */
async function handedOver(
  table: string | undefined,
  { ref, deployed }: Pick<ExpectationOptions, 'ref' | 'deployed'>,
  aws: LiveAws,
): Promise<Pick<Expectation, 'isHandedOver'>> {
  if (table === undefined) return deployed === undefined ? { isHandedOver: () => true } : {};
  const { routes } = await inTable(table, ref.id, aws.readUnmapped);
  return { isHandedOver: (key) => routes.includes(key) };
}

/** @throws ServiceError for a record that cannot be read. */
async function inTable<T>(
  table: string,
  apiId: string,
  read: (table: string, apiId: string) => Promise<T>,
): Promise<T> {
  return read(table, apiId).catch((cause: unknown) => {
    if (cause instanceof LaterFormat)
      throw new ServiceError(
        'ATTACHMENT_RECORD_UNREADABLE',
        `table \`${table}\`: ${laterRecordSentence(cause)}`,
        { cause },
      );
    const { name } = cause instanceof Error ? cause : { name: String(cause) };
    throw new ServiceError(
      'ATTACHMENT_RECORD_UNREADABLE',
      `expected the attachment's record of API \`${apiId}\` in the table \`${table}\`, could not read it (${name}): the caller needs \`dynamodb:GetItem\` on it`,
      { cause },
    );
  });
}
