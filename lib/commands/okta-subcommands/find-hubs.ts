/**
 * The event hooks of the maps: the addresses of the hubs of their revoked tokens, as the deployed
 * stacks say, and the secrets that Okta is to send there.
 */
import {
  type DeployedHub,
  deployedHubs,
  type HookSecret,
  hookSecretOf,
} from '../../../lambda/core/contract/hub.ts';
import { isSafeUrl } from '../../../lambda/core/contract/loopback.ts';
import type { AccessMap, OktaSide } from '../../access-map/index.ts';
import type { DesiredHook, DesiredOrg } from '../../okta/desired-org.ts';
import { OktaError } from '../../okta/okta-error.ts';
import { hookSecretRef } from '../../okta/references.ts';
import { awsAccessError } from '../shell/aws-access.ts';
import type { Io } from '../shell/io.ts';
import { type HubAws, hubAws } from './hub-aws.ts';
import { type OwnHub, ownHubs } from './own-hub.ts';

/** Where a hub receives that another tool has deployed, and the secret that it takes. */
const URL_VARIABLE = 'OKTA_HOOK_URL';
const SECRET_VARIABLE = 'OKTA_HOOK_SECRET';

interface HubSide {
  readonly map: Pick<AccessMap, 'name' | 'revocations'>;
  readonly side: Pick<OktaSide, 'map' | 'org'>;
}

interface WantedHub {
  readonly map: string;
  /** ARN of the table of another stack's hub; undefined: the map's own stack has it. */
  readonly table: string | undefined;
  readonly own: OwnHub;
}

/** Hooks of the maps of an org: one for each hub. @throws OktaError where AWS cannot be asked */
export async function wantedHooks(
  sides: readonly HubSide[],
  io: Io,
  aws: HubAws = hubAws,
): Promise<readonly DesiredHook[]> {
  const wanted = sides.flatMap(wantedHubs);
  const given = io.env[URL_VARIABLE];
  if (wanted.length === 0) return [];
  const mapsOf = (hubs: readonly WantedHub[]) =>
    [...new Set(hubs.map(({ map }) => map))].toSorted();
  if (given) return [{ uri: checkedUrl(given), maps: mapsOf(wanted) }];
  const places = new Map<string, WantedHub[]>();
  for (const hub of wanted) {
    const place = hub.table ?? `${hub.own.map} ${hub.own.org}`;
    places.set(place, [...(places.get(place) ?? []), hub]);
  }
  const hooks: DesiredHook[] = [];
  for (const hubs of places.values()) {
    const [first] = hubs;
    const hub = first && (await findHub(first, io, aws));
    hooks.push({ ...(hub?.url !== undefined && { uri: hub.url }), maps: mapsOf(hubs) });
  }
  return hooks;
}

function wantedHubs({ map, side }: HubSide): readonly WantedHub[] {
  const { host } = new URL(side.org);
  const { revocations } = map;
  const of = revocations.length === 1 ? revocations : revocations.filter(({ org }) => org === host);
  return of
    .filter(({ hook }) => hook)
    .map(({ hub, org }) => ({
      map: side.map,
      table: hub === 'own' ? undefined : hub.tableArn,
      own: { map: map.name, org },
    }));
}

/** @throws OktaError where several stacks have it. */
async function findHub(
  { table, own }: WantedHub,
  io: Io,
  aws: HubAws,
): Promise<DeployedHub | undefined> {
  if (table !== undefined) {
    const all = (await asking(io, () => aws.outputs())).flatMap(deployedHubs);
    return all.find((hub) => hub.table === table);
  }
  const [found, another] = await asking(io, () => ownHubs(own, aws));
  if (another === undefined) return found;
  throw new OktaError(
    'HUB_AMBIGUOUS',
    `expected one stack that deploys the map \`${own.map}\` with its hub, found several: set \`${URL_VARIABLE}\` and \`${SECRET_VARIABLE}\` for the one that is meant`,
  );
}

/**
 * Secrets of the hooks, by their references. Kept in memory, and sent to Okta alone.
 * @throws OktaError where a secret cannot be had
 */
export async function hookSecrets(
  { hooks = [] }: Pick<DesiredOrg, 'hooks'>,
  io: Io,
  aws: HubAws = hubAws,
): Promise<Readonly<Record<string, string>>> {
  const secrets: [string, string][] = [];
  for (const { uri } of hooks)
    if (uri !== undefined) secrets.push([hookSecretRef(uri), await secretFor(uri, io, aws)]);
  return Object.fromEntries(secrets);
}

async function secretFor(uri: string, io: Io, aws: HubAws): Promise<string> {
  const given = io.env[SECRET_VARIABLE];
  if (io.env[URL_VARIABLE]) {
    if (given) return given;
    throw new OktaError(
      'HOOK_SECRET_ABSENT',
      `expected the secret that the hub takes in \`${SECRET_VARIABLE}\`, beside \`${URL_VARIABLE}\`, found none`,
    );
  }
  const { secret } = await hubAt(uri, io, aws);
  return (await readHookSecret(secret, io, aws)).current;
}

/** @throws OktaError where no stack has the hub */
export async function hubAt(
  uri: string,
  io: Io,
  aws: HubAws,
): Promise<{ readonly secret: string }> {
  const outputs = await asking(io, () => aws.outputs());
  const hub = outputs.flatMap(deployedHubs).find(({ url }) => url === uri);
  if (hub?.secret !== undefined) return { secret: hub.secret };
  throw new OktaError(
    'HUB_UNKNOWN',
    `expected a stack in this account and Region whose hub receives at \`${uri}\`, found none: plan again`,
  );
}

/** @throws OktaError where AWS refuses, or what it has is no secret of a hook */
export async function readHookSecret(arn: string, io: Io, aws: HubAws): Promise<HookSecret> {
  const text = await asking(io, () => aws.readSecret(arn));
  try {
    return hookSecretOf(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new OktaError('HOOK_SECRET_INVALID', error.message, {}, { cause: error });
  }
}

/** What AWS refuses is one sentence, exit code 3. */
export async function asking<T>(io: Io, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const known = awsAccessError(error, io.env);
    const why = known?.message ?? (error instanceof Error ? error.name : '');
    throw new OktaError(
      known?.code ?? 'AWS_REQUEST_FAILED',
      `AWS was not asked for the hub of revoked tokens (${why}); where another tool deploys it, set \`${URL_VARIABLE}\` and \`${SECRET_VARIABLE}\``,
      {},
      { cause: error },
    );
  }
}

/** Plain http on this machine alone, for the local org. */
function checkedUrl(text: string): string {
  if (isSafeUrl(text)) return text;
  throw new OktaError(
    'HOOK_ADDRESS_INVALID',
    `expected the https address of a hub in \`${URL_VARIABLE}\`, found \`${text}\``,
  );
}
