/** What a local API stands between: callers with an issuer, the console, and a back end. */
import type { AccessMap } from '../lib/access-map/index.ts';
import { type ConsoleServer, startConsole } from './console/console-server.ts';
import { startEcho } from './echo.ts';
import { type LocalIssuer, startIssuer } from './issuer/issuer.ts';
import { type IssuerChoices, issuerSettings } from './issuer-settings.ts';
import type { Keep, RunningServer } from './listen.ts';
import { type LocalUser, usersOf } from './users.ts';

interface SurroundingsOptions extends IssuerChoices {
  readonly consolePort?: number;
  /** An issuer that exists, instead of the local one. */
  readonly issuerUrl?: string;
}

/** What callers and the API stand between: the console, people with an issuer, and a back end. */
export interface Surroundings {
  readonly console: ConsoleServer | undefined;
  readonly consoleOrigins: readonly string[];
  readonly users: readonly LocalUser[];
  readonly issuer: LocalIssuer | undefined;
  readonly issuerAddress: string;
  readonly echo: RunningServer;
}

export async function startSurroundings(
  map: AccessMap,
  options: SurroundingsOptions,
  keep: Keep,
): Promise<Surroundings> {
  const { consolePort, issuerUrl } = options;
  const console = consolePort === undefined ? undefined : await keep(startConsole(consolePort));
  const consoleOrigins = console?.origins ?? [];
  const users = usersOf(map.model);
  const settings =
    issuerUrl === undefined ? issuerSettings(map, users, consoleOrigins, options) : undefined;
  const issuer = settings && (await keep(startIssuer(settings)));
  const issuerAddress = issuerUrl ?? issuer?.issuer ?? '';
  const echo = await keep(startEcho());
  return { console, consoleOrigins, users, issuer, issuerAddress, echo };
}
