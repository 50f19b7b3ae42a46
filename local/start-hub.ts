/**
 * The hub of revoked tokens of a local run: the receiver at its URL, and what runs by the
 * clock.
 */
import { randomBytes } from 'node:crypto';
import type { Assembly } from './cloud-assembly.ts';
import { serveFunctionUrl } from './function-url.ts';
import type { LocalFunctions } from './functions.ts';
import type { OnStop } from './listen.ts';
import { startSecrets } from './secrets.ts';
import { type HubView, hubOrg } from './synthesized-template/hub-view.ts';

export interface LocalHub {
  /** Host of the Okta org that it belongs to: what deliveries name as their source. */
  readonly org: string;
  /** Address at which it receives, and the secret that it expects; absent without a hook. */
  readonly hook?: { readonly url: string; readonly secret: string };
}

/** The secret of a run, and the variables by which the functions find it. */
export interface HubSecrets {
  readonly secret: string;
  readonly environment: Readonly<Record<string, string>>;
}

// As lib/hub/revocation-hub.ts schedules them.
const HEARTBEAT_RUN_MS = 60_000;
const SNAPSHOT_RUN_MS = 600_000;

/** Starts before the functions, which are told where secrets are. */
export async function startHubSecrets(
  { secret: arn = '' }: HubView,
  onStop: OnStop,
): Promise<HubSecrets> {
  const secret = randomBytes(24).toString('base64url');
  const server = await startSecrets(new Map([[arn, JSON.stringify({ current: secret })]]));
  onStop(server.stop);
  return { secret, environment: { AWS_ENDPOINT_URL_SECRETS_MANAGER: server.url } };
}

/**
 * Resolves when the first heartbeat is on its way: authorizers treat a list without one as
 * unreadable.
 */
export async function startHub(
  view: HubView,
  { secret }: HubSecrets,
  {
    assembly,
    functions,
    port,
  }: {
    readonly assembly: Assembly;
    readonly functions: LocalFunctions;
    readonly port: number;
  },
  onStop: OnStop,
): Promise<LocalHub> {
  const run = (arn: string, everyMs: number, atOnce: boolean): void => {
    // What fails writes its own line, as a function of a schedule does.
    const invoke = (): void => void functions.byArn(arn).invoke('{}');
    if (atOnce) invoke();
    const timer = setInterval(invoke, everyMs);
    onStop(() => clearInterval(timer));
  };
  run(view.heartbeat, HEARTBEAT_RUN_MS, true);
  // There is nothing to be held yet.
  run(view.snapshot, SNAPSHOT_RUN_MS, false);
  const org = hubOrg(assembly.functionByArn(view.heartbeat).folder);
  const { receive } = view;
  if (receive === undefined) return { org };
  const receiver = functions.byArn(receive);
  receiver.warm();
  const server = await serveFunctionUrl(async (event) => {
    const result = await receiver.invoke(event);
    return result.kind === 'result' ? result.payload : undefined;
  }, port);
  onStop(server.stop);
  return { org, hook: { url: `${server.url}/`, secret } };
}
