/** The state of one route: by the authorizer that stands before it, and by what is expected. */
import type { LiveApi, LiveAuthorizer } from './live-api.ts';
import { type ExpectedAuthorizer, type Identity, identify } from './own-authorizer.ts';
import { type ProtectionFacts, protectionOf } from './route-protection.ts';
import type { RouteFix, RouteState } from './route-states.ts';

export interface ExpectedRoutes {
  /** Routes of the access map that need an authorizer. */
  readonly guarded: ReadonlySet<string>;
  readonly public: ReadonlySet<string>;
  readonly authorizer: ExpectedAuthorizer;
  /** What an attachment knows; absent: somebody else sets the authorizer. */
  readonly attachment?: {
    /** Routes that its record says carry ours. */
    readonly recorded: ReadonlySet<string>;
    readonly replace: ReadonlySet<string>;
    readonly onUnmapped: 'fail' | 'deny' | 'leave';
  };
  /** Routes that may keep the authorizer of somebody else. */
  readonly acceptedForeign: ReadonlySet<string>;
  /** REST: the stage that is ours to publish. */
  readonly stage?: string;
  /** REST: other stages that may serve routes of the map without our authorizer. */
  readonly otherStages: 'fail' | 'leave' | readonly string[];
  /** Whether routes that the map does not have count, whatever stands before them. */
  readonly strict: boolean;
}

/** A route as the API has it, or as a stage serves it. */
export interface FoundRoute {
  readonly key: string;
  /** `NONE`, `CUSTOM`, `JWT`, ...; `unknown` where a stage does not show it. */
  readonly type: string;
  /** Undefined also where a stage does not show which. */
  readonly authorizer: LiveAuthorizer | undefined;
  readonly preflight: boolean;
  /** An OPTIONS method without authorizer; whether the gateway itself answers it is unknown. */
  readonly unknownPreflight?: boolean;
}

const NOT_MAPPED = 'not in the map';

export function classifyRoute(
  route: FoundRoute,
  kind: LiveApi['kind'],
  expected: ExpectedRoutes,
): RouteState {
  const { key, type, preflight: isPreflight } = route;
  const mapped = mappedIn(expected, key);
  const identity = type === 'NONE' ? undefined : identityOf(route, kind, expected);
  const found = describeFound(route);
  const isOurs = identity?.kind === 'ours';
  const isForeign = identity !== undefined && !isOurs;
  switch (protectionOf({ isOurs, isForeign, isReplaced: false, isPreflight, mapped })) {
    case 'ours':
      return isOurs && !mapped?.public
        ? compared(identity.differences, expected)
        : { kind: 'ours' };
    case 'public':
      return { kind: 'public', ...(isForeign && { detail: `${found} stands before it` }) };
    case 'preflight':
      return { kind: 'preflight' };
    case 'unprotected':
      return withoutAuthorizer(route, expected);
    case 'foreign': {
      const cannotTell = identity?.kind === 'unknown' ? ', cannot tell whether it is ours' : '';
      return foreign(key, `${found}${cannotTell}`, expected);
    }
  }
}

function mappedIn(expected: ExpectedRoutes, key: string): ProtectionFacts['mapped'] {
  if (expected.guarded.has(key)) return { public: false };
  return expected.public.has(key) ? { public: true } : undefined;
}

export const identityOf = (
  { authorizer, type }: FoundRoute,
  kind: LiveApi['kind'],
  expected: ExpectedRoutes,
): Identity => {
  if (authorizer !== undefined) return identify(authorizer, expected.authorizer, kind);
  return { kind: type === 'CUSTOM' || type === 'unknown' ? 'unknown' : 'foreign' };
};

/** Only an attachment has keys and commands that fix. */
export const fixOf = (fix: RouteFix, { attachment }: ExpectedRoutes): RouteFix =>
  attachment === undefined ? 'owner' : fix;

function compared(differences: readonly string[], expected: ExpectedRoutes): RouteState {
  if (differences.length === 0) return { kind: 'ours' };
  return { kind: 'stale', detail: differences.join('; '), fix: fixOf('settings', expected) };
}

const isHeld = (key: string, { attachment }: ExpectedRoutes): boolean =>
  attachment !== undefined && (attachment.recorded.has(key) || attachment.replace.has(key));

function withoutAuthorizer(
  { key, unknownPreflight }: FoundRoute,
  expected: ExpectedRoutes,
): RouteState {
  const { guarded, attachment, strict } = expected;
  const detail = unknownPreflight
    ? `${NOT_MAPPED}, cannot tell whether the gateway answers it`
    : NOT_MAPPED;
  if (guarded.has(key) || isHeld(key, expected))
    return { kind: 'unprotected', fix: fixOf('reattach', expected) };
  if (attachment?.onUnmapped === 'leave' && !strict)
    return { kind: 'accepted', acceptedBy: 'attachTo.onUnmapped', detail };
  const fix = attachment?.onUnmapped === 'deny' ? 'reattach' : 'map';
  return { kind: 'unprotected', detail, fix: fixOf(fix, expected) };
}

function foreign(key: string, found: string, expected: ExpectedRoutes): RouteState {
  const { attachment, guarded, acceptedForeign, strict } = expected;
  if (isHeld(key, expected)) {
    const fix = attachment?.replace.has(key) === true ? 'reattach' : 'replace';
    return { kind: 'taken back', detail: found, fix };
  }
  if (guarded.has(key)) {
    return acceptedForeign.has(key)
      ? { kind: 'accepted', acceptedBy: 'api.accept.foreign', detail: found }
      : { kind: 'foreign', detail: found, fix: fixOf('replace', expected) };
  }
  const detail = `${found}, ${NOT_MAPPED}`;
  return strict
    ? { kind: 'foreign', detail, fix: fixOf('map', expected) }
    : { kind: 'accepted', acceptedBy: 'no --strict', detail };
}

/** `AWS_IAM`, or a type with the authorizer's name: `JWT acme`. */
export function describeAuthorizer(
  type: string,
  authorizerId: string | undefined,
  { authorizers }: Pick<LiveApi, 'authorizers'>,
): string {
  return describeFound({ type, authorizer: authorizers.find(({ id }) => id === authorizerId) });
}

const describeFound = ({ type, authorizer }: Pick<FoundRoute, 'type' | 'authorizer'>): string =>
  authorizer === undefined ? type : `${type} ${authorizer.name}`;
