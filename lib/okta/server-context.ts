/** What the planners of a server's parts are given. */
import type { DesiredOrg, DesiredServer } from './desired-org.ts';
import { ownersIn } from './ownership.ts';
import { type References, serverRef } from './references.ts';
import type { ServerState } from './state.ts';
import { type Path, ref } from './step.ts';

export interface ServerContext {
  readonly desired: DesiredOrg;
  readonly wanted: DesiredServer;
  /** The server of the org; nothing for one that the plan creates. */
  readonly existing: ServerState | undefined;
  readonly path: Path;
  readonly references: References;
}

export const serverPath = ({ name }: DesiredServer): Path => [
  '/api/v1/authorizationServers/',
  ref(serverRef(name)),
];

/** The owners of a server that are not given today: they keep their share. */
export const foreignOwners = (
  { maps, formers: formerNames }: DesiredServer,
  { description }: ServerState,
): readonly string[] =>
  (ownersIn(description) ?? []).filter(
    (owner) => !maps.includes(owner) && !formerNames.includes(owner),
  );
