/** How a local run (`npm start`) is found by the commands that are used beside it. */
import { isLoopbackHttp } from './loopback.ts';

/** Folder, below that of the project of `npm start`, of a file for each run that runs. */
export const LOCAL_RUNS_FOLDER = '.local/runs';

export interface LocalRun {
  readonly pid: number;
  /** The map's file, absolute, and files of maps that were derived from it. */
  readonly maps: readonly string[];
  /** The `iss` of its tokens. */
  readonly issuer: string;
}

/** Where `login` waits for its code, on any port of 127.0.0.1. */
export const LOGIN_CALLBACK_PATH = '/callback';

/**
 * Whether an issuer is one of `npm start`: plain http on a literal loopback address, which no
 * deployed map can have.
 */
export const isLocalIssuer = (issuer: unknown): issuer is string =>
  typeof issuer === 'string' &&
  LOCAL_ISSUER.test(issuer) &&
  URL.canParse(issuer) &&
  isLoopbackHttp(new URL(issuer));

const LOCAL_ISSUER = /^http:\/\/[^/@]+:\d+\/oauth2\/default$/;
