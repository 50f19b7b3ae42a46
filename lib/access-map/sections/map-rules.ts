/** What the readers of the sections give: rules by section, for the checks between them. */
import type { QuotaFile } from '../../../lambda/core/model/model-file.ts';
import type { Conflict } from './conflicts-section.ts';
import type { AccessRule, MachineSubject, Permissions, Subject } from './rules-section.ts';

export interface MapRules {
  readonly permissions: Permissions;
  readonly publicRules: readonly AccessRule[];
  readonly signedInRules: readonly AccessRule[];
  readonly groups: readonly Subject[];
  /** Absent where the map has no such section. */
  readonly everyone: Subject | undefined;
  readonly machines: readonly MachineSubject[];
  readonly conflicts: readonly Conflict[];
  readonly quotas: readonly QuotaFile[];
}

/** All that have grants: groups, every user, machines. */
export const subjectsOf = ({
  groups,
  everyone,
  machines,
}: Pick<MapRules, 'groups' | 'everyone' | 'machines'>): readonly Subject[] => [
  ...groups,
  ...(everyone ? [everyone] : []),
  ...machines,
];
