/** One clear sentence for each way in which Okta says no. */
import type { FailureCode } from '../../lambda/core/contract/failures.ts';
import { isObject } from '../../lambda/core/json/json-object.ts';
import { pageInPackage } from '../access-map/report/pages.ts';
import { redactTokens } from '../access-map/report/redact-tokens.ts';
import { OktaError } from './okta-error.ts';
import { scopeOfCall } from './okta-scopes.ts';
import { type Json, textAt } from './org.ts';

/** What to ask where an answer is not one of Okta's API. */
export const OWN_ADDRESS = "is it the org's own address?";

/** Milliseconds until a call is given up. */
export const ORG_REQUEST_TIMEOUT_MS = 30_000;

interface Request {
  readonly method: string;
  readonly url: URL;
}

export function refusalOf(
  org: string,
  { method, url }: Request,
  status: number,
  json: Json | undefined,
): OktaError {
  const errorCode = textAt(json, 'errorCode');
  const detail = { status, ...(errorCode === '' ? {} : { errorCode }) };
  const path = url.pathname;
  const says = oktaMessage(json);
  const refused = { org, method, path, status, errorCode, says, call: `\`${method} ${path}\`` };
  const { code, sentence } = OKTA_REFUSALS.find(({ when }) => when(refused)) ?? ANY_OTHER;
  return new OktaError(code, sentence(refused), detail);
}

interface Refused {
  readonly org: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly errorCode: string;
  readonly says: string;
  /** Method and path, as a sentence names them. */
  readonly call: string;
}

interface Refusal {
  readonly code: FailureCode;
  readonly sentence: (refused: Refused) => string;
}

const SERVERS_PATH = '/api/v1/authorizationServers';
/** Okta's code for a feature that the org lacks, or that the role does not include: 401 or 403. */
const NO_FEATURE = 'E0000015';

/** The first that fits. Statuses that are not named refuse a request. */
const OKTA_REFUSALS: readonly (Refusal & { readonly when: (refused: Refused) => boolean })[] = [
  {
    when: ({ errorCode, status, path }) =>
      (errorCode === NO_FEATURE && path.startsWith(SERVERS_PATH)) ||
      (status === 404 && path === SERVERS_PATH),
    code: 'OKTA_ACCESS_MANAGEMENT_ABSENT',
    sentence: ({ org }) =>
      `\`${org}\` has no API Access Management, which custom authorization servers need: ask Okta for the licence, or use an Integrator Free org`,
  },
  {
    when: ({ errorCode }) => errorCode === NO_FEATURE,
    code: 'OKTA_FEATURE_ABSENT',
    sentence: ({ org, call, status, path }) =>
      `\`${org}\` refuses ${call} (${status}, ${NO_FEATURE}): the org lacks the feature, or the administrator role of the credentials does not include it; ${roleFor(path)}`,
  },
  {
    when: ({ status }) => status === 423,
    code: 'OKTA_RECONCILING',
    sentence: ({ org, call }) =>
      `\`${org}\` is still reconciling what others change, and refuses ${call} (423): run the command again, it goes on where it stopped`,
  },
  {
    when: ({ status }) => status === 401,
    code: 'OKTA_CREDENTIALS_REFUSED',
    sentence: ({ org }) =>
      `\`${org}\` does not accept the credentials (401): make a new API token or key, and check that it belongs to this org`,
  },
  {
    when: ({ status }) => status === 403,
    code: 'OKTA_FORBIDDEN',
    sentence: ({ org, call, method, path }) =>
      `\`${org}\` refuses ${call} (403): the credentials need ${neededScope(method, path)} and an admin role for it`,
  },
  {
    when: ({ status }) => status === 429,
    code: 'OKTA_RATE_LIMITED',
    sentence: ({ org, call }) =>
      `\`${org}\` still limits the rate of ${call} (429): wait a minute, then run the command again, it goes on where it stopped`,
  },
  {
    when: ({ status }) => status >= 500,
    code: 'OKTA_FAILED',
    sentence: ({ org, call, status }) =>
      `\`${org}\` failed at ${call} (${status}): run the command again, it goes on where it stopped`,
  },
  {
    when: ({ status }) => status >= 300 && status < 400,
    code: 'OKTA_REDIRECTED',
    sentence: ({ org, call, status }) =>
      `\`${org}\` answered ${call} with a redirect (${status}): ${OWN_ADDRESS}`,
  },
];

const ANY_OTHER: Refusal = {
  code: 'OKTA_REQUEST_REFUSED',
  sentence: ({ org, call, status, says }) =>
    `\`${org}\` refuses ${call} (${status})${says === '' ? '' : `: ${says}`}`,
};

/** Source: Okta, "Standard administrator roles and permissions". */
function roleFor(path: string): string {
  if (path.startsWith('/api/v1/groups/rules'))
    return 'group rules need an organization or super administrator';
  if (path.startsWith('/api/v1/trustedOrigins'))
    return 'trusted origins need an organization or super administrator';
  return `${pageInPackage('okta')} lists the roles`;
}

/** @returns the scope by its name, where the call is one of a command. */
function neededScope(method: string, path: string): string {
  const scope = scopeOfCall(method, path);
  return scope === undefined ? 'a scope' : `the scope \`${scope}\``;
}

/** Okta's own words on one line, without anything that looks like a credential. */
export function oktaMessage(json: Json | undefined): string {
  const causes =
    isObject<Json>(json) && Array.isArray(json['errorCauses'])
      ? json['errorCauses'].map((cause) => textAt(cause, 'errorSummary'))
      : [];
  const message = [textAt(json, 'errorSummary') || textAt(json, 'error_description'), ...causes]
    .filter((text) => text !== '')
    .join('; ');
  return redactTokens(message).replace(/\p{C}/gu, ' ').slice(0, 300);
}

/** No answer at all. */
export function unreachable(url: string, cause: unknown): OktaError {
  return new OktaError(
    'OKTA_UNREACHABLE',
    `\`${url}\` cannot be reached (${unreachableReason(cause)})`,
    {},
    { cause },
  );
}

/** Why a `fetch` failed, in two or three words: a code such as ECONNREFUSED, or the time limit. */
export function unreachableReason(cause: unknown, timeoutMs = ORG_REQUEST_TIMEOUT_MS): string {
  const { name, cause: inner } = partsOf(cause);
  if (name === 'TimeoutError') return `no answer in ${timeoutMs / 1_000} s`;
  const { code } = partsOf(inner);
  return typeof code === 'string' ? code : 'no connection';
}

/** `fetch` wraps what happened in a `cause`. */
const partsOf = (
  error: unknown,
): { readonly name?: unknown; readonly code?: unknown; readonly cause?: unknown } =>
  typeof error === 'object' && error !== null ? error : {};
