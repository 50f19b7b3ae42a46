/** Which hub `revoke` means: the table of the Okta org of a map, or the one that is named. */

import { orgFault } from '../../../lambda/core/contract/okta-hosts.ts';
import { boundSum } from '../../../lambda/core/contract/revocation-bound.ts';
import type { AccessMap } from '../../access-map/index.ts';
import { code, describeDetail } from '../../access-map/report/problems.ts';
import { type HubAws, hubAws } from '../okta-subcommands/hub-aws.ts';
import { ownHubs } from '../okta-subcommands/own-hub.ts';
import { UsageError } from '../shell/command.ts';
import type { Io } from '../shell/io.ts';
import { requireMap } from '../shell/map-file.ts';

export interface HubOptions {
  readonly map?: string;
  /** Name or ARN of a hub's table; with `org` no map is needed. */
  readonly table?: string;
  /** Host of the Okta org. */
  readonly org?: string;
}

export interface ChosenHub {
  readonly table: string;
  readonly org: string;
  /** Where the Management API answers, for logins. */
  readonly orgUrl: string;
  /** How long a revoked token may pass, in words; undefined without a map. */
  readonly bound: string | undefined;
  /**
   * How names of groups begin in Okta that the map's blocks of the org read; none without a map.
   */
  readonly groupPrefixes: readonly string[];
}

/** @throws UsageError where the options do not tell one hub. */
export async function chosenHub(
  options: HubOptions,
  io: Io,
  aws: Pick<HubAws, 'outputs'> = hubAws,
): Promise<ChosenHub> {
  const { table, org } = options;
  if (org !== undefined) checkOrg(org);
  if (table !== undefined && org !== undefined)
    return { table, org, orgUrl: `https://${org}`, bound: undefined, groupPrefixes: [] };
  const map = requireMap(options.map, io);
  const revocation = revocationOf(map, org);
  const managed = map.oktaSides.find((side) => new URL(side.org).host === revocation.org);
  return {
    org: revocation.org,
    table: table ?? (await tableOf(map, revocation, aws)),
    orgUrl: managed?.org ?? `https://${revocation.org}`,
    bound: boundSum({ ...revocation, ttlSeconds: map.cache.ttlSeconds }),
    groupPrefixes: map.model.okta
      .filter(({ revokedBy }) => revokedBy === revocation.org)
      .map(({ groupPrefix }) => groupPrefix),
  };
}

/** @throws UsageError for a host that no authorizer asks for: what it revokes would pass. */
function checkOrg(org: string): void {
  const fault = orgFault(org);
  if (fault) throw new UsageError(`--org: ${describeDetail({ ...fault, found: code(org) })}`);
}

type Revocation = AccessMap['revocations'][number];

function revocationOf({ revocations, source }: AccessMap, org: string | undefined): Revocation {
  const names = revocations.map((one) => code(one.org)).join(', ');
  if (revocations.length === 0)
    throw new UsageError(
      `expected \`okta.revocation\` in \`${source}\`, found no such key: without it no API reads a list of revoked tokens`,
    );
  if (org === undefined && revocations.length > 1)
    throw new UsageError(`expected \`--org\` with one of ${names}, found no such option`);
  const [chosen] = revocations.filter((one) => org === undefined || one.org === org);
  if (!chosen) throw new UsageError(`--org: expected ${names}, found ${code(org ?? '')}`);
  return chosen;
}

async function tableOf(
  map: AccessMap,
  { hub, org }: Revocation,
  aws: Pick<HubAws, 'outputs'>,
): Promise<string> {
  if (hub !== 'own') return hub.tableArn;
  const [found, another] = await ownHubs({ map: map.name, org }, aws);
  if (found && !another) return found.table;
  const [what, unclear] = found
    ? (['several', 'STACK_AMBIGUOUS'] as const)
    : (['none', 'STACK_UNKNOWN'] as const);
  throw new UsageError(
    `expected one stack in this account and Region that deploys the map ${code(map.name)} with its hub of ${code(org)}, found ${what}: name the hub's table with \`--table\``,
    { code: unclear },
  );
}
