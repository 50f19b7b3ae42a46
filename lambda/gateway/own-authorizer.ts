/** Whether an authorizer of a live API is ours: by what it invokes, and by what was set on it. */
import { type FunctionArn, parseFunctionArn } from '../core/contract/function-arn.ts';
import {
  PAYLOAD_FORMAT,
  SIMPLE_RESPONSES,
  TOKEN_SOURCE,
} from '../core/contract/identity-source.ts';
import type { LiveApi, LiveAuthorizer } from './live-api.ts';

export interface ExpectedAuthorizer {
  /**
   * ARN of the function that gateways are to invoke, with the alias where there is one; absent
   * where it is not known: then `name` tells.
   */
  readonly invokes?: string;
  readonly name?: string;
  /** What the map says of it; absent: not compared. */
  readonly settings?: AuthorizerSettings;
}

export interface AuthorizerSettings {
  readonly ttlSeconds: number;
  /** As the control plane writes them, such as `$request.header.Authorization`. */
  readonly identitySources: readonly string[];
}

/**
 * Of an authorizer that an attachment makes: it keeps no answer, and in shadow mode admits calls
 * without a token, which a route let through before.
 */
export const attachedSettings = (
  kind: LiveApi['kind'],
  admitsWithoutToken: boolean,
): AuthorizerSettings => ({
  ttlSeconds: 0,
  identitySources: admitsWithoutToken ? [] : [TOKEN_SOURCE[kind]],
});

export type Identity =
  | { readonly kind: 'ours'; readonly differences: readonly string[] }
  /** `unknown`: it invokes a function, and nothing tells whether that is ours. */
  | { readonly kind: 'foreign' | 'unknown' };

export function identify(
  authorizer: LiveAuthorizer,
  expected: ExpectedAuthorizer,
  kind: LiveApi['kind'],
): Identity {
  const ours = parseFunctionArn(expected.invokes);
  if (ours === undefined) {
    if (expected.name === undefined) return { kind: isLambda(authorizer) ? 'unknown' : 'foreign' };
    if (expected.name !== authorizer.name) return { kind: 'foreign' };
    return { kind: 'ours', differences: settingDifferences(authorizer, expected.settings, kind) };
  }
  const found = parseFunctionArn(authorizer.invokes);
  if (found === undefined) return { kind: isLambda(authorizer) ? 'unknown' : 'foreign' };
  if (found.unqualified !== ours.unqualified) return { kind: 'foreign' };
  return {
    kind: 'ours',
    differences: [
      ...difference('it invokes', qualifierOf(found), qualifierOf(ours)),
      ...settingDifferences(authorizer, expected.settings, kind),
    ],
  };
}

/** A function without qualifier is its `$LATEST`. */
const qualifierOf = ({ qualifier = '$LATEST' }: FunctionArn): string => qualifier;

const isLambda = ({ type }: LiveAuthorizer): boolean => /^(?:REQUEST|TOKEN)$/i.test(type);

/**
 * Defaults are those of the control plane. Source: API Gateway, CreateAuthorizer of both versions.
 */
function settingDifferences(
  { type, ttlSeconds, identitySources = [], payloadFormat, simpleResponses }: LiveAuthorizer,
  settings: AuthorizerSettings | undefined,
  kind: LiveApi['kind'],
): readonly string[] {
  if (settings === undefined) return [];
  const sources = (list: readonly string[]): string =>
    list.map(comparable).toSorted().join(', ') || 'none';
  return [
    ...difference('type', type.toUpperCase(), 'REQUEST'),
    ...difference(
      'TTL',
      `${ttlSeconds ?? (kind === 'http' ? 0 : 300)}s`,
      `${settings.ttlSeconds}s`,
    ),
    ...difference('identity sources', sources(identitySources), sources(settings.identitySources)),
    ...(kind === 'rest'
      ? []
      : [
          ...difference('payload format', payloadFormat ?? '2.0', PAYLOAD_FORMAT.http).map(
            (text) =>
              `${text} (1.0 does not name the path that a greedy route matched, so such calls are refused)`,
          ),
          ...difference(
            'simple responses',
            String(simpleResponses ?? false),
            String(SIMPLE_RESPONSES),
          ),
        ]),
  ];
}

/** Names of headers have no case. */
const comparable = (source: string): string => {
  const text = source.trim();
  return /\.header\./i.test(text) ? text.toLowerCase() : text;
};

const difference = (what: string, found: string, expected: string): readonly string[] =>
  found === expected ? [] : [`${what} \`${found}\` where the map says \`${expected}\``];
