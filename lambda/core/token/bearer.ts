import { type Refusal, refuse } from '../contract/codes.ts';

/**
 * Takes the one bearer token out of the values of the Authorization header.
 *
 * API Gateway joins repeated headers with a comma (HTTP API) or lists them (REST API); anything but
 * exactly one token is refused, since gateway and back end could otherwise each read another one.
 * The scheme's case does not matter. Source: RFC 6750, section 2.1 (b64token); RFC 9110, section
 * 11.1.
 */
export function bearerToken(values: readonly string[]): Presented | Refusal {
  const presented = presentedToken(values);
  return 'code' in presented || isToken(presented.token) ? presented : NOT_BEARER;
}

interface Presented {
  readonly token: string;
}

/**
 * The same without a look at the token's characters, which takes as long as all else of a call with
 * a hundred groups: a token that was verified before is known to be good.
 */
export function presentedToken(values: readonly string[]): Presented | Refusal {
  const present = values.filter((value) => value.trim() !== '');
  const [value] = present;
  if (value === undefined) return refuse('NO_TOKEN', 'absent');
  if (present.length > 1 || value.includes(',')) return refuse('NO_TOKEN', 'several');
  const scheme = /^Bearer +/i.exec(value)?.[0] ?? '';
  let end = value.length;
  while (value[end - 1] === ' ') end--;
  const token = value.slice(scheme.length, end);
  return scheme !== '' && token !== '' ? { token } : NOT_BEARER;
}

export const NOT_BEARER = refuse('NO_TOKEN', 'not_bearer');

/** Without the flag `i`, which takes twice as long over a token of some kilobytes. */
export const isToken = (text: string): boolean => /^[A-Za-z0-9\-._~+/]+=*$/.test(text);
