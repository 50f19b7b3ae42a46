/**
 * How the gateway caches the answers for a map, and why: the outcome of the proof, and what goes
 * into the model.
 */
import type { AccessModel } from '../../../lambda/core/model/model.ts';
import type { CacheClassFile, CacheFile } from '../../../lambda/core/model/model-file.ts';
import { pluralize } from '../report/layout.ts';
import { type CacheRoute, canBeAllowed, classesOf, type RouteClass, routesOf } from './classes.ts';
import { coverOf } from './cover.ts';
import { readingReasons } from './denied-readings.ts';
import {
  LONGEST_TEMPLATE,
  longestPolicy,
  type PolicySize,
  routePolicyBytes,
} from './longest-policy.ts';
import { type Conflict, type Proof, prove } from './proof.ts';
import { contextBoundBytes, RESPONSE_LIMIT_BYTES } from './response-bound.ts';

/** `api.cache` of the map. */
export type CacheSetting =
  | { readonly kind: 'auto' | 'off' }
  | { readonly kind: 'ttl'; readonly ttlSeconds: number };

/** Seconds of `auto`. */
const AUTO_TTL_SECONDS = 60;

/** A cached answer delays a revocation: by no more than the age that the map allows its list. */
const autoTtlSeconds = ({ revocation }: AccessModel): number =>
  Math.min(AUTO_TTL_SECONDS, ...revocation.map(({ withinSeconds }) => withinSeconds));

export interface CachePlan {
  readonly mode: 'off' | 'token' | 'tokenAndRoute';
  readonly ttlSeconds: number;
  /** Why it is this mode; at least one. */
  readonly reasons: readonly string[];
  /** Bytes of the largest answer in this mode, context included. */
  readonly responseBoundBytes: number;
  /** Pairs of routes for which no policy of a token is right. */
  readonly conflicts: readonly Conflict[];
  /** The mode without the settings that force `off`: what a quota costs. */
  readonly otherwise?: {
    readonly mode: 'token' | 'tokenAndRoute';
    readonly responseBoundBytes: number;
  };
  readonly file: CacheFile | undefined;
}

/**
 * @param forced reasons that rule out caching, whatever the setting, such as `quotas.standard
 * counts every request`.
 */
export function planCache(
  model: AccessModel,
  setting: CacheSetting,
  forced: readonly string[],
): CachePlan {
  const ttlSeconds = setting.kind === 'ttl' ? setting.ttlSeconds : autoTtlSeconds(model);
  const off = {
    mode: 'off',
    ttlSeconds: 0,
    conflicts: [],
    file: undefined,
    responseBoundBytes: contextBoundBytes(model, 'off'),
  } as const;
  if (setting.kind === 'off') return { ...off, reasons: ['api.cache is off'] };
  const tooLong = model.routes.find(({ key }) => key.length > LONGEST_TEMPLATE);
  if (tooLong)
    return {
      ...off,
      reasons: [
        ...forced,
        `\`${tooLong.key.slice(0, 40)}...\` does not fit into a resource of 512 characters`,
      ],
    };
  const possible = planPossible(model, ttlSeconds);
  const reasons = [...forced, ...readingReasons(model)];
  if (reasons.length === 0) return possible;
  const { mode, responseBoundBytes, conflicts } = possible;
  return { ...off, reasons, conflicts, otherwise: { mode, responseBoundBytes } };
}

function planPossible(
  model: AccessModel,
  ttlSeconds: number,
): CachePlan & { readonly mode: 'token' | 'tokenAndRoute' } {
  const routes = routesOf(model);
  const classes = classesOf(model, routes);
  const proof = prove(classes, routes);
  const context = contextBoundBytes(model, 'cached');
  const files = classFiles(model, classes, proof);
  const size = longestPolicy(files, classes);
  const reasons = obstacles(
    proof.conflicts,
    { ...size, bytes: size.bytes + context },
    files,
    model,
  );
  if (reasons.length > 0) {
    const responseBoundBytes = context + routePolicyBytes(model);
    return {
      mode: 'tokenAndRoute',
      ttlSeconds,
      reasons,
      conflicts: proof.conflicts,
      responseBoundBytes,
      file: { mode: 'tokenAndRoute', ttlSeconds },
    };
  }
  return {
    mode: 'token',
    ttlSeconds,
    reasons: [
      `proven for every caller over ${pluralize(routes.length, 'route')} in ${pluralize(classes.length, 'class', 'classes')}`,
    ],
    conflicts: [],
    responseBoundBytes: context + size.bytes,
    file: { mode: 'token', ttlSeconds, classes: files },
  };
}

/** The class files, in the order of the classes. */
function classFiles(
  model: AccessModel,
  classes: readonly RouteClass[],
  { reached }: Proof,
): readonly CacheClassFile[] {
  const everywhere = classes.flatMap(({ routes }) => routes);
  return classes.map((one, index): CacheClassFile => {
    const members = new Set(one.routes);
    const others = everywhere.filter((route) => !members.has(route));
    const { routes = new Set<CacheRoute>(), by = new Set<number>() } = reached[index] ?? {};
    // A REST API's resource policy turns "no match" into Allow, so the policy denies each refused
    // route explicitly.
    const always = model.kind === 'rest';
    const refused = always ? one.routes : one.routes.filter((route) => routes.has(route));
    return {
      route: one.routes[0]?.index ?? 0,
      allow: canBeAllowed(one) ? coverOf(one.routes, others, 'allow') : [],
      deny: one.signedIn ? [] : coverOf(refused, others, 'deny'),
      ...(always ? {} : { near: [...by].toSorted((a, b) => a - b) }),
    };
  });
}

function obstacles(
  conflicts: readonly Conflict[],
  size: PolicySize,
  files: readonly CacheClassFile[],
  model: AccessModel,
): readonly string[] {
  const reasons = conflicts
    .slice(0, 3)
    .map(
      ({ open: allowed, closed }) =>
        `a request of \`${allowed}\` can be spelled as one of \`${closed}\`, and some caller may call only the first`,
    );
  if (conflicts.length > 3) reasons.push(`the same holds for ${conflicts.length - 3} more pairs`);
  if (size.bytes > RESPONSE_LIMIT_BYTES) {
    const largest = size.largest
      .map((index) => `\`${model.routes[files[index]?.route ?? 0]?.key}\``)
      .join(', ');
    reasons.push(
      `one policy for all routes could need ${size.bytes} bytes, expected at most ${RESPONSE_LIMIT_BYTES}; most of it for routes like ${largest}`,
    );
  }
  return reasons;
}
