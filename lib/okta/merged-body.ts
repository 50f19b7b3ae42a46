/**
 * The body of a PUT: what the plan changes, laid over what Okta has. Okta replaces the whole
 * object, so what we do not know goes back as it came; what only Okta sets does not.
 */
import { isObject } from '../../lambda/core/json/json-object.ts';
import type { Json, JsonObject } from './org.ts';
import type { PlanStep } from './step.ts';

/** Set by Okta in every object. */
const OF_ALL = ['_links', '_embedded', 'id', 'created', 'lastUpdated', 'system', 'orn'];

const SIGNING = ['kid', 'lastRotated', 'nextRotation', 'use'].map(
  (field) => `credentials.signing.${field}`,
);

/**
 * Set by Okta in objects of a kind, by their paths; `*` is any item of a list. Source: the
 * read-only properties of Okta's API description, and fields that its answers have and its
 * description lacks.
 */
const BY_KIND: Readonly<Partial<Record<PlanStep['kind'], readonly string[]>>> = {
  server: ['default', 'issuer', ...SIGNING],
  app: [
    ...SIGNING,
    // The status has calls of its own.
    'status',
    'universalLogout',
    'features',
    'expressConfiguration',
    'settings.app',
    'settings.manualProvisioning',
    'settings.emOptInStatus',
    ...['id', 'created', 'lastUpdated'].map((field) => `settings.oauthClient.jwks.keys.*.${field}`),
  ],
  'group rule': ['allGroupsValid'],
  'trusted origin': ['createdBy', 'lastUpdatedBy'],
  'event hook': ['createdBy', 'status', 'verificationStatus', 'channel.config.method'],
};

/** @param object what Okta has. */
export function mergedBody(
  object: JsonObject,
  body: JsonObject,
  { kind, request: { merge } }: Pick<PlanStep, 'kind' | 'request'>,
): JsonObject {
  const dropped = new Set([...OF_ALL, ...(BY_KIND[kind] ?? [])]);
  const { profile } = object;
  const kept = merge === 'profile' ? { profile: profile ?? {} } : withoutPaths(object, dropped, '');
  return deepMerged(kept, body) as JsonObject;
}

/** What is empty goes out too: Okta answers `null` and `[]` where its description takes neither. */
function withoutPaths(object: JsonObject, dropped: ReadonlySet<string>, at: string): JsonObject {
  return Object.fromEntries(
    Object.entries(object).flatMap(([key, value]) => {
      const path = `${at}${key}`;
      const kept = dropped.has(path) ? null : withoutPathsIn(value, dropped, path);
      return isEmpty(kept) ? [] : [[key, kept]];
    }),
  );
}

function withoutPathsIn(value: Json, dropped: ReadonlySet<string>, path: string): Json {
  if (Array.isArray(value))
    return value.map((item: Json) =>
      isObject<Json>(item) ? withoutPaths(item, dropped, `${path}.*.`) : item,
    );
  return isObject<Json>(value) ? withoutPaths(value, dropped, `${path}.`) : value;
}

const isEmpty = (value: Json): boolean =>
  value === null || (typeof value === 'object' && Object.keys(value).length === 0);

function deepMerged(under: Json | undefined, over: Json): Json {
  if (!isObject<Json>(under) || !isObject<Json>(over)) return over;
  const merged = Object.entries(over).map(([key, value]) => [
    key,
    deepMerged(Object.hasOwn(under, key) ? under[key] : undefined, value),
  ]);
  return { ...under, ...Object.fromEntries(merged) };
}
