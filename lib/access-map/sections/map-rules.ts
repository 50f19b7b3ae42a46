/** What the readers of the sections give: rules by section, for the checks between them. */
import type { QuotaFile } from '../../../lambda/core/model/model-file.ts';
import type { AccessRule, Permissions, Subject } from './rules-section.ts';

export interface MapRules {
  readonly permissions: Permissions;
  readonly publicRules: readonly AccessRule[];
  readonly signedInRules: readonly AccessRule[];
  readonly groups: readonly Subject[];
  readonly machines: readonly Subject[];
  readonly quotas: readonly QuotaFile[];
}
