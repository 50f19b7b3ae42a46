/** What an attachment asks of its functions, without the CDK: `check` measures it. */
import {
  type AttachmentRequest,
  UPDATE_PROPERTY,
  type WantedResponse,
  writeRequest,
} from '../../lambda/core/contract/attachment-request.ts';
import { hasBit } from '../../lambda/core/model/bits.ts';
import { parseModel } from '../../lambda/core/model/load-model.ts';
import { type AccessMap, uncheckedPublicRoutes } from '../access-map/index.ts';
import { attachedResponses } from '../template-parts/gateway-responses.ts';
import type { AttachTarget } from './attach-options.ts';

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
      ...uncheckedFields(map),
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
      ...(map.api.cors !== undefined && { cors: true }),
    }),
  };
}

/** What the code accepts, and what the map does. */
export const acceptedFindings = ({ accept = [], map }: Pick<AttachTarget, 'accept' | 'map'>) => [
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

/** Empty where no such public route is `exact` or `report`: nothing changes there. */
function uncheckedFields(map: AccessMap): Partial<AttachmentRequest> {
  const uncheckedPublic = uncheckedPublicRoutes(map);
  return uncheckedPublic.length > 0 ? { uncheckedPublic } : {};
}

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
