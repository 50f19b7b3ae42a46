import type { IRestApi } from 'aws-cdk-lib/aws-apigateway';
import type { IConstruct } from 'constructs';
import {
  type AttachmentRequest,
  UPDATE_PROPERTY,
  type WantedResponse,
  writeRequest,
} from '../../lambda/core/contract/attachment-request.ts';
import { hasBit } from '../../lambda/core/model/bits.ts';
import { parseModel } from '../../lambda/core/model/load-model.ts';
import type { AccessMap } from '../access-map/index.ts';
import {
  type AttachSettings,
  NO_GATEWAY_RESPONSES,
} from '../access-map/sections/attach-section.ts';
import { countsMonths, QUOTA_RESET } from '../access-map/sections/check-existing-api.ts';
import {
  type AnyHttpApi,
  apiResource,
  isHttpApi,
  restApiResource,
} from '../template/api-identity.ts';
import { attachedResponses } from '../template/gateway-responses.ts';

/** Options of an attachment. Defaults are those of `api.attachTo`. */
export interface AttachOptions extends Partial<Omit<AttachSettings, 'apiId' | 'dryRun'>> {
  /**
   * Whether a 403 over quota carries the header `Retry-After` from the authorizer's context; of a
   * REST API with `gatewayResponses`.
   * @default true; the body has the seconds as well, should an account refuse the header's source
   */
  readonly retryAfterHeader?: boolean;
}

/** The API that is attached to, and how. */
export interface AttachTarget extends AttachOptions {
  readonly map: AccessMap;
  readonly apiId: string;
  /** Only the plan runs, without any right to change the API. */
  readonly dryRun?: boolean;
}

/**
 * Id of an attachment to `api` below the authorizer's construct. A dry run has its plan at the same
 * id: it then sees the record of an existing attachment of the stack, and leaves no table behind.
 */
export const attachmentId = (api: IConstruct): string => `Attachment${api.node.addr.slice(-8)}`;

export const wantedResponses = ({
  map,
  gatewayResponses,
  retryAfterHeader,
}: AttachTarget): readonly WantedResponse[] =>
  gatewayResponses ? attachedResponses(map.api.cors, retryAfterHeader ?? true) : [];

/** Properties of the custom resources, and the event of the scheduled check. */
export function requestProperties(target: AttachTarget): Readonly<Record<string, unknown>> {
  const { map, gatewayResponses } = target;
  const keys = (isPublic: boolean): readonly string[] =>
    map.gatewayRoutes.filter((route) => route.public === isPublic).map(({ key }) => key);
  return {
    // A new version of the map updates the attachment, which also repairs drift.
    [UPDATE_PROPERTY.mapVersion]: map.version,
    ...writeRequest({
      kind: map.kind,
      apiId: target.apiId,
      ...(target.stage !== undefined && { stage: target.stage }),
      guarded: keys(false),
      public: keys(true),
      ...shadowFields(map),
      replace: target.replace ?? [],
      onUnmapped: target.onUnmapped ?? 'fail',
      accept: acceptedFindings(target),
      ...acceptedFields(target),
      publishPending: target.publishPending ?? false,
      dryRun: target.dryRun ?? false,
      ...(gatewayResponses && {
        responses: wantedResponses(target),
        replaceResponses: gatewayResponses === 'replace',
      }),
      ...(map.permissionsEndpoint !== undefined && { endpoint: map.permissionsEndpoint.path }),
    }),
  };
}

/** What the code accepts, and what the map does. */
const acceptedFindings = ({ accept = [], map }: Pick<AttachTarget, 'accept' | 'map'>) => [
  ...new Set([...accept, ...map.api.accept.findings]),
];

/** Empty where nothing is accepted, so that the resource of such a map does not change. */
function acceptedFields({
  map,
  otherStages,
  takeOver,
  onDelete,
}: AttachTarget): Partial<AttachmentRequest> {
  const { foreign } = map.api.accept;
  return {
    ...(takeOver !== undefined && { takeOver }),
    ...(onDelete === 'keep' && { keepOnDelete: true }),
    ...(foreign.length > 0 && { acceptedForeign: foreign }),
    ...(otherStages !== undefined && otherStages !== 'fail' && { otherStages }),
  };
}

const losesMonths = (target: Pick<AttachTarget, 'accept' | 'map'>): boolean =>
  countsMonths(target.map.model) && !acceptedFindings(target).includes('quotaReset');

/** Empty where everything is enforced, so that the resource of such a map does not change. */
function shadowFields({ model, gatewayRoutes }: AccessMap): Partial<AttachmentRequest> {
  const { shadow } = parseModel(model);
  if (!shadow) return {};
  const keys = new Set(
    model.routes.flatMap(({ key, gateway }, index) =>
      hasBit(shadow.routes, index) ? [gateway ?? key] : [],
    ),
  );
  return {
    shadow: gatewayRoutes
      .filter(({ key, public: isPublic }) => !isPublic && keys.has(key))
      .map(({ key }) => key),
    shadowUnmapped: shadow.whole,
    issuers: model.okta.flatMap(({ issuers }) => issuers),
  };
}

/**
 * Why `api` cannot be attached to: expected and found; undefined where it can. Options may come
 * from plain JavaScript.
 */
export function whyNotAttachable(
  api: AnyHttpApi | IRestApi,
  map: AccessMap,
  options: AttachOptions & { readonly dryRun?: boolean },
): string | undefined {
  const isHttp = isHttpApi(api);
  if ((isHttp ? apiResource(api) : restApiResource(api)) !== undefined)
    return 'expected an imported API, found a resource of this app: use `protect`';
  if (isHttp !== (map.kind === 'http'))
    return `expected an API of the map's kind \`${map.kind}\`, found another`;
  if (map.cache.mode !== 'off') {
    return 'expected a map with `api.cache: off`, found one whose answers are cached: the API may have routes that the map does not have';
  }
  if (isHttp && options.gatewayResponses)
    return `expected no \`gatewayResponses\`, found them: ${NO_GATEWAY_RESPONSES}`;
  if (!isHttp && options.stage === undefined)
    return 'expected the option `stage` for a REST API, found no such option';
  if (options.takeOver !== undefined && losesMonths({ ...options, map }))
    return `expected ${QUOTA_RESET.expected}, found ${QUOTA_RESET.found}`;
  return options.dryRun === true
    ? 'expected an attachment, found `dryRun`: use `planAttachment`'
    : undefined;
}
