/** What changes when one map takes another's place: complete, since routes, groups and keys are finite. */
import { parseModel } from '../../../lambda/core/model.ts';
import { diffAttachment } from './attachment.ts';
import { diffCells } from './cells.ts';
import type { Change } from './change.ts';
import type { ComparableMap } from './deployed-map.ts';
import { diffAudit, diffModes, diffPermissions, diffQuotas, diffSettings, diffSubjects, diffTrust } from './settings.ts';

export type { Change } from './change.ts';
export { type ComparableMap, DEPLOYED_MAP, DeployedMapError, deployedMap, readDeployedMap } from './deployed-map.ts';

/** Empty for maps that differ in spelling alone. */
export function diffMaps(old: ComparableMap, next: ComparableMap): readonly Change[] {
  const attachment = diffAttachment(old, next);
  if (old.version === next.version) return attachment;
  const [from, to] = [parseModel(old.model), parseModel(next.model)];
  return [
    ...diffCells(from, to),
    ...diffSubjects(from, to),
    ...diffPermissions(from, to),
    ...diffQuotas(from, to),
    ...diffTrust(from, to),
    ...diffModes(from, to),
    ...diffAudit(from, to),
    ...diffSettings(old, next),
    ...attachment,
  ];
}
