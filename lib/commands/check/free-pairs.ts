/** Groups through which a member of another group is free of that group's quota. */
import {
  addRow,
  differenceRow,
  emptyRow,
  hasBit,
  intersectRow,
  type Row,
} from '../../../lambda/core/model/bits.ts';
import { parseModel } from '../../../lambda/core/model/load-model.ts';
import type { AccessModel, Grants } from '../../../lambda/core/model/model.ts';
import type { ModelFile } from '../../../lambda/core/model/model-file.ts';

export interface FreePair {
  /** The group with the quota. */
  readonly charged: string;
  readonly quota: string;
  /** The group that makes the call free. */
  readonly free: string;
  readonly routes: readonly string[];
}

/**
 * Each pair once, in the order of the map. Not where one of the two is strict, since a strict quota
 * is charged whatever else allows the route, and frees of nothing.
 */
export function freePairs(file: ModelFile): readonly FreePair[] {
  const model = parseModel(file);
  const groups = [...new Set(model.groups.values())].filter(({ quota }) => !quota?.strict);
  const charging = groups.flatMap((group) =>
    group.quota ? [{ group, row: countedBy(group) }] : [],
  );
  const freeing = groups.map((group) => ({
    group,
    row: differenceRow(group.allow, countedBy(group)),
  }));
  return charging.flatMap((charged) =>
    freeing.flatMap((free) => (free.group === charged.group ? [] : pairOf(model, charged, free))),
  );
}

interface GroupRow {
  readonly group: Grants;
  readonly row: Row;
}

/** The routes of a group whose calls its quota counts. */
function countedBy({ allow, quota }: Grants): Row {
  const counted = emptyRow(allow.length);
  for (const { routes } of quota?.windows ?? []) addRow(counted, routes ?? allow);
  return intersectRow(counted, allow);
}

function pairOf(model: AccessModel, charged: GroupRow, free: GroupRow): readonly FreePair[] {
  const without = [charged.group.deny, free.group.deny, model.public, model.signedIn];
  const row = without.reduce(differenceRow, intersectRow(charged.row, free.row));
  const routes = model.routes.flatMap(({ key }, index) => (hasBit(row, index) ? [key] : []));
  if (routes.length === 0) return [];
  const quota = charged.group.quota?.name ?? '';
  return [{ charged: charged.group.name, quota, free: free.group.name, routes }];
}
