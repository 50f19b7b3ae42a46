/**
 * Credentials as Lambda gives them to a function: in variables, or with SnapStart from an endpoint
 * on this machine. Nothing else is looked at: no files, no instance metadata, no single sign-on.
 * Source: AWS Lambda Developer Guide, "Using Lambda environment variables"; AWS SDKs and Tools
 * Reference Guide, "Container credential provider".
 */
import { isLoopbackHost } from '../../core/contract/loopback.ts';
import { FIVE_MINUTES_MS } from '../../core/contract/periods.ts';
import { DynamoError } from './requests.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** Epoch milliseconds; absent where they last as long as the environment. */
  readonly expiresAt?: number;
}

/**
 * The credentials to sign with now; a promise only while they have to be fetched, which takes no
 * longer than said.
 * @throws DynamoError where the variables are no longer set, or no credentials come in time.
 */
export type CredentialSource = (withinMs: number) => Credentials | Promise<Credentials>;

type Environment = Readonly<Record<string, string | undefined>>;

/** Time for a renewal that nobody waits for. */
const RENEWAL_MS = 1_000;
const MAX_CREDENTIALS_BYTES = 64 * 1_024;
/** How long before their end credentials are fetched again. */
const RENEW_MS = FIVE_MINUTES_MS;

/**
 * @throws Error with a sentence where the environment names no credentials, at once rather than
 * with the first request.
 */
export function credentialsFrom(env: Environment): CredentialSource {
  if (inVariables(env))
    return () =>
      inVariables(env) ??
      raise('the variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are no longer set');
  const address = env['AWS_CONTAINER_CREDENTIALS_FULL_URI'];
  if (address) return containerCredentials(address, () => env['AWS_CONTAINER_AUTHORIZATION_TOKEN']);
  throw new Error(
    'no AWS credentials: expected AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_CONTAINER_CREDENTIALS_FULL_URI, as Lambda sets them; found neither',
  );
}

function inVariables(env: Environment): Credentials | undefined {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = env;
  if (!accessKeyId || !secretAccessKey) return undefined;
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
}

type Fetched = Required<Credentials>;

function containerCredentials(
  address: string,
  authorization: () => string | undefined,
): CredentialSource {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol !== 'http:' || !isLoopbackHost(url.hostname)) {
    throw new Error(
      `AWS_CONTAINER_CREDENTIALS_FULL_URI: expected an http URL on a loopback address, found \`${url?.origin ?? address}\``,
    );
  }
  let held: Fetched | undefined;
  let fetching: Promise<Credentials> | undefined;
  const renew = (withinMs: number): Promise<Credentials> => {
    fetching ??= fetchCredentials(url, authorization(), withinMs)
      .then((fetched) => {
        held = fetched;
        return fetched;
      })
      .finally(() => {
        fetching = undefined;
      });
    return fetching;
  };
  return (withinMs) => {
    const left = (held?.expiresAt ?? 0) - Date.now();
    if (!held || left <= 0) return renew(withinMs);
    // Still good: a fetch that fails now is tried again with the next request.
    if (left < RENEW_MS) renew(RENEWAL_MS).catch(() => undefined);
    return held;
  };
}

async function fetchCredentials(
  url: URL,
  authorization: string | undefined,
  withinMs: number,
): Promise<Fetched> {
  // Imported here alone: see http-exchange.ts.
  const { default: http } = await import('node:http');
  return new Promise((resolve, reject) => {
    const fail = (what: string, cause?: unknown): void => {
      clearTimeout(timer);
      request.destroy();
      reject(
        new DynamoError({ kind: 'credentials' }, `the credentials' endpoint: ${what}`, { cause }),
      );
    };
    const expire = (): void => fail(`no answer within ${Math.round(withinMs)} ms`);
    const timer = setTimeout(expire, Math.max(0, withinMs));
    const request = http.get(
      url,
      { agent: false, headers: authorization ? { authorization } : {} },
      (answer) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        answer.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > MAX_CREDENTIALS_BYTES)
            fail(`expected at most ${MAX_CREDENTIALS_BYTES} bytes`);
          else chunks.push(chunk);
        });
        answer.on('error', (cause) => fail('an incomplete answer', cause));
        answer.on('end', () => {
          if (answer.statusCode !== 200)
            return fail(`expected status 200, found ${answer.statusCode}`);
          const credentials = parse(Buffer.concat(chunks).toString());
          if (!credentials)
            return fail('expected AccessKeyId, SecretAccessKey, Token and an Expiration as a time');
          clearTimeout(timer);
          resolve(credentials);
        });
      },
    );
    request.on('error', (cause) => fail('no connection', cause));
  });
}

function parse(text: string): Fetched | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { AccessKeyId, SecretAccessKey, Token, Expiration } = (parsed ?? {}) as Readonly<
    Record<string, unknown>
  >;
  const expiresAt = Date.parse(String(Expiration));
  if (
    typeof AccessKeyId !== 'string' ||
    typeof SecretAccessKey !== 'string' ||
    typeof Token !== 'string'
  )
    return undefined;
  return expiresAt > 0
    ? { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: Token, expiresAt }
    : undefined;
}

function raise(what: string): never {
  throw new DynamoError({ kind: 'credentials' }, what);
}
