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
    Replace: target.replace ?? [],
    OnUnmapped: target.onUnmapped ?? 'fail',
    Accept: target.accept ?? [],
    PublishPending: flag(target.publishPending),
    DryRun: flag(target.dryRun),
  };
}
