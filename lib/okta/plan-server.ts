/** Plans one authorization server, without what belongs to it. */
import { code } from '../access-map/report/problems.ts';
import type { DesiredServer } from './desired-org.ts';
import { hasFormerName } from './find-server.ts';
import { issuerFault } from './issuers.ts';
import { ownedBy, ownersIn, withOwners } from './ownership.ts';
import {
  differences,
  doing,
  finding,
  joined,
  known,
  leaving,
  NOTHING,
  type PlanPart,
  repeatFinding,
} from './plan-part.ts';
import { activation, update } from './plan-steps.ts';
import { serverRef } from './references.ts';
import { foreignOwners, serverPath } from './server-context.ts';
import type { ServerState } from './state.ts';
import type { Change } from './step.ts';

export const planServer = (wanted: DesiredServer, existing: ServerState | undefined): PlanPart =>
  existing
    ? joined(known(serverRef(wanted.name), existing.id), updateServer(wanted, existing))
    : createServer(wanted);

function createServer({ name, audience, issuerMode, maps }: DesiredServer): PlanPart {
  return doing({
    action: 'create',
    kind: 'server',
    name,
    changes: [
      { what: 'audience', to: audience },
      ...(issuerMode === undefined ? [] : [{ what: 'issuerMode', to: issuerMode }]),
    ],
    request: {
      method: 'POST',
      path: ['/api/v1/authorizationServers'],
      body: {
        name,
        description: ownedBy(...maps),
        audiences: [audience],
        ...(issuerMode === undefined ? {} : { issuerMode }),
      },
    },
    gives: serverRef(name),
  });
}

/** Why a server of other maps cannot be as these maps define it. */
function contradictionOf(
  { audience, issuerMode }: DesiredServer,
  { name, audiences, issuerMode: mode }: ServerState,
  foreign: readonly string[],
): PlanPart | undefined {
  if (foreign.length === 0) return undefined;
  const others = foreign.map(code).join(', ');
  if (!audiences.includes(audience)) {
    const text = `server ${code(name)} has the audience ${code(audiences.join())} for ${others}, the map says ${code(audience)}: a server has one audience, choose another server`;
    return finding('blocks', 'SERVER_AUDIENCE_SHARED', text);
  }
  if (issuerMode === undefined || issuerMode === mode) return undefined;
  const text = `server ${code(name)} has the issuer mode ${code(mode)} for ${others}, the map says ${code(issuerMode)}: give all maps of the server together, or choose another server`;
  return finding('blocks', 'SERVER_ISSUER_MODE_SHARED', text);
}

function updateServer(wanted: DesiredServer, existing: ServerState): PlanPart {
  // A map that is not given today keeps its share: several repositories may set up one server.
  const foreign = foreignOwners(wanted, existing);
  const contradiction = contradictionOf(wanted, existing, foreign);
  if (contradiction !== undefined) return contradiction;
  const maps = [...new Set([...foreign, ...wanted.maps])].toSorted();
  const isRenamed = wanted.maps.includes(wanted.name) && hasFormerName(existing, wanted.formers);
  const changes = changesOf(wanted, existing, maps, isRenamed);
  const target = { kind: 'server', name: existing.name } as const;
  const path = serverPath(wanted);
  const body = {
    ...(isRenamed ? { name: wanted.name } : {}),
    description: withOwners(existing.description, maps),
    audiences: [wanted.audience],
    ...(wanted.issuerMode === undefined ? {} : { issuerMode: wanted.issuerMode }),
  };
  const isActive = existing.status === 'ACTIVE';
  return joined(
    issuerFinding(wanted, existing),
    changes.length > 0 ? doing(update(target, path, body, changes)) : NOTHING,
    isActive ? NOTHING : doing(activation(target, path)),
    changes.length === 0 && isActive ? leaving('server', existing.name, 'is as wanted') : NOTHING,
  );
}

const changesOf = (
  { name, audience, issuerMode }: DesiredServer,
  existing: ServerState,
  maps: readonly string[],
  isRenamed: boolean,
): readonly Change[] =>
  differences({
    ...(isRenamed ? { name: [existing.name, name] as const } : {}),
    maps: [ownersIn(existing.description) ?? [], maps],
    audience: [existing.audiences, [audience]],
    ...(issuerMode === undefined ? {} : { issuerMode: [existing.issuerMode, issuerMode] }),
  });

/** The authorizer compares issuers letter by letter, and Okta writes the host of `issuerMode`. */
function issuerFinding(wanted: DesiredServer, existing: ServerState): PlanPart {
  const { name, issuer, issuerMode } = existing;
  if (wanted.issuerMode !== undefined && wanted.issuerMode !== issuerMode) {
    const text = `server ${code(name)} changes its issuer with \`issuerMode\`: tokens of ${code(issuer)} are refused from then on, and \`okta.issuer\` must follow in every map`;
    return finding('warns', 'SERVER_ISSUER_CHANGES', text);
  }
  const fault = issuerFault(wanted, existing);
  if (!fault) return NOTHING;
  return repeatFinding(fault.level === 'error' ? 'warns' : 'notes', fault);
}
