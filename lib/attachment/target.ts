import { hasBit } from '../../lambda/core/bits.ts';
import { parseModel } from '../../lambda/core/model.ts';
import type { AttachSettings } from '../access-map/attach.ts';
import type { AccessMap } from '../access-map/index.ts';

/** How an attachment treats what it finds. Defaults are those of `api.attachTo`. */
export type AttachOptions = Partial<Omit<AttachSettings, 'apiId'>>;

/** The API that is attached to, and what the custom resources are told. */
export interface AttachTarget extends AttachOptions {
  readonly map: AccessMap;
  readonly apiId: string;
}

const flag = (value: boolean | undefined): string => String(value ?? false);

/** Properties of the custom resources, and the event of the scheduled check. */
export function requestProperties(target: AttachTarget): Readonly<Record<string, unknown>> {
  const { map, stage } = target;
  const keys = (open: boolean): readonly string[] => map.gatewayRoutes.filter((route) => route.public === open).map(({ key }) => key);
  return {
    Kind: map.kind,
    ApiId: target.apiId,
    // A new map runs the attachment again, which also mends what an owner's deployment took away.
    MapVersion: map.version,
    ...(stage !== undefined && { Stage: stage }),
    Guarded: keys(false),
    Public: keys(true),
    ...shadowProperties(map),
    Replace: target.replace ?? [],
    OnUnmapped: target.onUnmapped ?? 'fail',
    Accept: target.accept ?? [],
    PublishPending: flag(target.publishPending),
    DryRun: flag(target.dryRun),
  };
}

/** Nothing where everything is enforced, so that the resource of such a map stays as it is. */
function shadowProperties({ model, gatewayRoutes }: AccessMap): Readonly<Record<string, unknown>> {
  const { shadow } = parseModel(model);
  if (!shadow) return {};
  const keys = new Set(model.routes.flatMap(({ key, gateway }, index) => (hasBit(shadow.routes, index) ? [gateway ?? key] : [])));
  return {
    Shadow: gatewayRoutes.filter(({ key, public: open }) => !open && keys.has(key)).map(({ key }) => key),
    ShadowUnmapped: flag(shadow.whole),
    Issuers: model.okta.flatMap(({ issuers }) => issuers),
  };
}
