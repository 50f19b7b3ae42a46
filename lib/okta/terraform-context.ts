/** What the resources of one server are made from. */
import type { HclValue } from '../hcl/hcl-values.ts';
import type { DesiredOrg, DesiredServer } from './desired-org.ts';
import { ownersIn } from './ownership.ts';
import type { OrgState, ServerState } from './state.ts';
import { localCharacters, type Names } from './terraform-names.ts';

export interface Context {
  readonly wanted: DesiredServer;
  readonly existing: ServerState | undefined;
  readonly desired: DesiredOrg;
  readonly state: OrgState;
  readonly names: Names;
  /** Local name of the server. */
  readonly local: string;
  readonly serverId: HclValue;
}

/** Whether somebody else made the server: what it has is changed only where the maps need it. */
export const isForeign = ({ existing }: Context): boolean =>
  existing !== undefined && ownersIn(existing.description) === undefined;

/** Local names below a server, which several servers may have. */
export const below = (local: string, name: string): string => `${local}_${localCharacters(name)}`;
