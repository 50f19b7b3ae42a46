/** The plan lets through what leaves no call a way to the back end, and stops at what does. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type AttachmentPlan, planAttachment } from '../../../lambda/attachment/plan-attachment.ts';
import type { AttachmentRequest } from '../../../lambda/core/contract/attachment-request.ts';
import { sized } from '../../support/tier.ts';
import { type Deployment, type World, worlds } from '../gateway/gateway-model.ts';
import { ARN, apiOf, leaks, servedBy } from '../gateway/modelled-api.ts';

const requestOf = (world: World): AttachmentRequest => ({
  kind: world.kind,
  apiId: 'a1b2c3d4e5',
  ...(world.kind === 'rest' && { stage: 'prod' }),
  authorizerName: 'okta-groups-11111111',
  guarded: [...world.guarded],
  public: [...world.public],
  shadow: [],
  shadowUnmapped: false,
  issuers: [],
  replace: [...world.replace],
  onUnmapped: world.onUnmapped,
  // Refused preflights open nothing.
  accept: ['preflight'],
  acceptedForeign: [...world.accepted],
  uncheckedPublic: [],
  otherStages: world.otherStages,
  keepOnDelete: false,
  publishPending: true,
  dryRun: false,
  cors: false,
  responses: [],
  replaceResponses: false,
});

/** What a route was before the attachment that the record is of. */
const priorOf = (key: string): 'none' | 'jwt' => (/[13579]$/.test(key) ? 'jwt' : 'none');
const PRIOR = {
  none: { type: 'NONE', scopes: [], apiKeyRequired: false },
  jwt: { type: 'JWT', authorizerId: 'jwt', scopes: [], apiKeyRequired: false },
} as const;

const planOf = (world: World): AttachmentPlan =>
  planAttachment(
    requestOf(world),
    {
      api: apiOf(world),
      record: {
        unpublished: false,
        routes: Object.fromEntries([...world.recorded].map((key) => [key, PRIOR[priorOf(key)]])),
      },
      ours: new Set(['ours']),
    },
    ARN,
  );

/** The world once the plan is carried out; other stages and canaries stay. */
function carriedOut(world: World, { attach }: AttachmentPlan): World {
  const wanted = new Set(attach);
  const goes = (key: string): boolean =>
    world.recorded.has(key) && !wanted.has(key) && world.now[key] === 'ours';
  const now: Deployment = Object.fromEntries(
    Object.entries(world.now).map(([key, guard]) => {
      if (wanted.has(key)) return [key, 'ours'];
      return [key, goes(key) ? priorOf(key) : guard];
    }),
  );
  const stages = world.kind === 'rest' ? { ...world.stages, prod: now } : {};
  // A route that its owner has taken back stays in the record, unless that is agreed.
  const isTakenBack = (key: string): boolean =>
    !['none', 'mock', undefined].includes(now[key]) && !world.accepted.has(key);
  const kept = [...world.recorded].filter((key) => !goes(key) && isTakenBack(key));
  const recorded = new Set([...wanted, ...kept]);
  return { ...world, now, stages, recorded };
}

/** Sentences of other matters: dead rules, routes that the map lacks, paths that spell another. */
const ELSEWHERE = [
  /^expected the map's routes on API .* found no /,
  /without an entry: add them to `routes`/,
  /has no authorizer, and a back end may read its calls as/,
  /is public in the access map, so nothing refuses a call that a back end reads as/,
];

function compare(world: World): boolean {
  const plan = planOf(world);
  const after = carriedOut(world, plan);
  const keys = new Set([
    ...servedBy(after).flatMap(([, serves]) => Object.keys(serves)),
    ...world.guarded,
  ]);
  const found = [...keys].flatMap((key) => leaks(after, key).map((stage) => `${key} @${stage}`));
  const ofAuthorizers = plan.problems.filter((says) => !ELSEWHERE.some((one) => one.test(says)));
  if (found.length === 0) expect(ofAuthorizers).toEqual([]);
  else expect([found, plan.problems]).not.toEqual([found, []]);
  return found.length === 0;
}

const MANY = sized(500, 200);

describe.each(['http', 'rest'] as const)('the plan for a %s API', (kind) => {
  test('of few routes: stops where a call gets through once it is carried out, and nowhere else', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }).chain((size) => worlds(kind, size)),
        (world) => void compare(world),
      ),
      { numRuns: sized(600, 30) },
    );
  });

  test('both outcomes occur', () => {
    const outcomes = fc.sample(worlds(kind, 3), { numRuns: 40, seed: 7 }).map(compare);
    expect([...new Set(outcomes)].toSorted()).toEqual([false, true]);
  });

  test(`of ${MANY} routes`, () => {
    for (const world of fc.sample(worlds(kind, MANY), sized(2, 1))) compare(world);
  });
});
