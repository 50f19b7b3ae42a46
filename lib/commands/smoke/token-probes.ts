/** Probes with a valid token: what it may call, what the gateway caches, and a quota to its end. */
import {
  type Answer,
  type Finding,
  finding,
  isSuccess,
  pick,
  type SendProbe,
  type Subject,
  unknown,
} from './finding.ts';

export async function withToken(
  ask: SendProbe,
  path: string,
  token: string | undefined,
): Promise<readonly Finding[]> {
  if (token === undefined)
    return [
      unknown('valid token', 'needs `--token -`'),
      unknown('cached answer', 'needs `--token -`'),
    ];
  const authorization = `Bearer ${token}`;
  const valid = await ask('GET', path, { authorization });
  const accepted = checkValid(path, valid);
  if (accepted.result !== 'pass')
    return [accepted, unknown('cached answer', 'needs a token that is accepted')];
  const repeated = await ask('GET', path, { authorization });
  const forged = await ask('GET', path, { authorization: `${authorization.slice(0, -6)}AAAAAA` });
  return [accepted, checkCached(valid, repeated, forged)];
}

function checkValid(path: string, { status }: Answer): Finding {
  const said = `GET ${path} answers ${status}`;
  if (status === 401)
    return finding(
      'valid token',
      'fail',
      `${said}: pipe the token into \`token -\`, which says why`,
    );
  if (status >= 500) return finding('valid token', 'fail', `${said}: see the authorizer's log`);
  const why = status === 403 ? ': accepted, and its groups do not allow the route' : '';
  return finding('valid token', 'pass', `${said}${why}`);
}

function checkCached(valid: Answer, repeated: Answer, forged: Answer): Finding {
  if (isSuccess(forged))
    return finding(
      'cached answer',
      'fail',
      'another signature gets the answer of the valid token: set `api.cache: off` and report it',
    );
  return repeated.status === valid.status
    ? finding(
        'cached answer',
        'pass',
        'the same call gets the same answer, another signature does not',
      )
    : finding(
        'cached answer',
        'unknown',
        `the second call answers ${repeated.status}: a quota may have run out`,
      );
}

/** Largest number of calls that are spent on a quota. */
const MAX_EXHAUST = 1_000;

/** Calls until the quota refuses. Spends it: the principal has to be named for this. */
export async function exhaust({ map, ask, token = '' }: Subject): Promise<Finding> {
  const path = pick(map, false) ?? '/';
  for (let calls = 1; calls <= MAX_EXHAUST; calls++) {
    const { status } = await ask('GET', path, { authorization: `Bearer ${token}` });
    if (status === 403 || status === 429) {
      return finding(
        'quota',
        calls === 1 ? 'unknown' : 'pass',
        calls === 1
          ? `the first call answers ${status} already`
          : `call ${calls} answers ${status}`,
      );
    }
    if (status === 401 || status >= 500)
      return finding('quota', 'unknown', `call ${calls} answers ${status}`);
  }
  return finding(
    'quota',
    'fail',
    `${MAX_EXHAUST} calls passed: the quota is larger, or the caller has none`,
  );
}
