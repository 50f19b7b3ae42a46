/**
 * Every tool that says who may call what agrees with the authorizer on every cell of random maps,
 * and all of them with an evaluator that shares no code with them.
 */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createPermissions } from '../../client/src/index.ts';
import { createAuthorizer } from '../../lambda/authorizer/authorize.ts';
import { createHandler } from '../../lambda/authorizer/handler.ts';
import { cachedPolicies } from '../../lambda/authorizer/policies.ts';
import { refuse } from '../../lambda/core/contract/codes.ts';
import type { DecisionRecord } from '../../lambda/core/contract/decision-record.ts';
import { type Cell, cellsOf } from '../../lambda/core/decision/cell.ts';
import { entitlementsOf } from '../../lambda/core/decision/entitlements.ts';
import {
  type PriorAuthorizer,
  satisfiesPriorAuthorizer,
} from '../../lambda/core/decision/prior-authorizer.ts';
import { emptyRow, setBit } from '../../lambda/core/model/bits.ts';
import { parseModel } from '../../lambda/core/model/load-model.ts';
import type { AccessModel } from '../../lambda/core/model/model.ts';
import type { Principal } from '../../lambda/core/token/principal.ts';
import { answerFor } from '../../lambda/permissions/permissions-answer.ts';
import { AccessMap } from '../../lib/access-map/index.ts';
import { replayAgainst } from '../../lib/audit-log/replay-calls.ts';
import { matrixOf } from '../../lib/verdicts/access-matrix.ts';
import { callerAccess } from '../../lib/verdicts/caller-access.ts';
import { explainDecision } from '../../lib/verdicts/explanation.ts';
import { runMapTests } from '../../lib/verdicts/map-tests.ts';
import { type Caller, principalOf } from '../../lib/verdicts/principals.ts';
import { reportOnToken } from '../../lib/verdicts/token-report.ts';
import { evaluatePolicy } from '../../local/iam.ts';
import { httpApiEvent } from '../support/http-api-event.ts';
import { sized } from '../support/tier.ts';
import {
  callersOf,
  type Drawn,
  type DrawnCaller,
  drawnMaps,
  ENDPOINT,
  expectedCell,
  FIRST_ISSUER,
  mapOf,
  SECOND_ISSUER,
  UNKNOWN,
} from './random-cases.ts';

const RUNS = sized(300, 10);
const NOW = Date.parse('2026-11-22T10:15:30Z');

const principalFor = ({ kind, id, groups, block }: DrawnCaller): Principal | undefined => {
  const token = { scopes: [], ...(block && { block }) };
  if (kind === 'nobody') return undefined;
  return kind === 'user'
    ? { kind, uid: id, cid: '0oa1web', groups, ...token }
    : { kind, cid: id, ...token };
};

/**
 * What the prior authorizers take: scoped ones a token with the scope, which callers with g1 have.
 */
const claimsOf = ({ groups }: DrawnCaller) => ({
  iss: FIRST_ISSUER,
  aud: 'api://a',
  exp: NOW / 1_000 + 60,
  scp: groups.includes('g1') ? ['read'] : [],
});
const priorOf = (kind: Drawn['prior'][number]): PriorAuthorizer | undefined => {
  if (kind === 'none') return { kind: 'none' };
  if (kind === 'unknown') return undefined;
  const scopes = kind === 'scoped' ? ['read'] : [];
  return { kind: 'jwt', issuer: FIRST_ISSUER, audiences: ['api://a'], scopes };
};

/** The key of the gateway's route: below a catch-all route the gateway knows that alone. */
const gatewayKey = (route: string): string =>
  route === 'GET /files/own' ? 'GET /files/{proxy+}' : route;
const priorFor = ({ prior, routes }: Drawn, route: string): PriorAuthorizer | undefined =>
  priorOf(prior[routes.indexOf(gatewayKey(route)) + 1] ?? 'none');

interface Called {
  readonly allowed: boolean;
  readonly record: DecisionRecord | undefined;
}

/** The real handler on the event of a call; the policy is read as IAM reads it. */
async function call(
  model: AccessModel,
  drawn: Drawn,
  caller: DrawnCaller,
  route: string,
): Promise<Called> {
  const principal = principalFor(caller);
  const records: DecisionRecord[] = [];
  const authorize = createAuthorizer({
    model,
    clock: { now: () => NOW },
    verifier: {
      verify: async () => principal ?? refuse('TOKEN_MALFORMED', 'not_a_jwt'),
      satisfiesPriorAuthorizer: async (_, prior) =>
        satisfiesPriorAuthorizer(claimsOf(caller), prior, NOW / 1_000),
    },
    quota: async () => ({ kind: 'free' }),
    ...(drawn.attached && {
      priorAuthorizers: { find: async () => priorFor(drawn, route) },
    }),
    ...(model.cache && { policyFor: cachedPolicies(model) }),
  });
  const handler = createHandler({
    authorize,
    unauthorized: 'throw',
    mapVersion: model.version,
    clock: { now: () => NOW },
    audit: { record: (record) => void records.push(record as DecisionRecord) },
  });
  const [method = '', template = ''] = route.split(' ');
  const path = template.replace('{proxy+}', 'zz');
  const event = httpApiEvent(method, path, {
    routeKey: gatewayKey(route),
    ...(principal && { token: 'token' }),
    ...(path.startsWith('/files/') && { parameters: { proxy: path.slice('/files/'.length) } }),
  });
  const response = await handler(event).catch(() => undefined);
  const verdict = response && evaluatePolicy(response.policyDocument, event.routeArn);
  return { allowed: verdict === 'allow', record: records[0] };
}

/** What the prior authorizer of the route says to the caller. */
function priorAllows(drawn: Drawn, caller: DrawnCaller, route: string): boolean {
  const prior = priorFor(drawn, route);
  if (!prior || prior.kind === 'none') return prior !== undefined;
  return caller.kind !== 'nobody' && satisfiesPriorAuthorizer(claimsOf(caller), prior, NOW / 1_000);
}

const ALLOWED_BY = /^(?:group|machine|everyone)_allows$/;

/** The rule state that a decision record tells. */
function recordedRule({ code, reason }: DecisionRecord): Cell['rule'] {
  if (code === 'BLOCKED' || code === 'GROUP_DENIED' || code === 'CONFLICT') return 'denied';
  if (code !== undefined) return 'closed';
  return ALLOWED_BY.test(reason) ? 'allowed' : 'signedIn';
}

interface Scene {
  readonly drawn: Drawn;
  readonly map: AccessMap;
  readonly model: AccessModel;
}

function sceneOf(drawn: Drawn): Scene {
  const map = AccessMap.fromObject(mapOf(drawn) as never);
  return { drawn, map, model: parseModel(map.model) };
}

/** Disagreements as text, so that a failing property tells which cell. */
const differ = (
  tool: string,
  caller: DrawnCaller,
  route: string,
  found: unknown,
  expected: unknown,
): readonly string[] =>
  JSON.stringify(found) === JSON.stringify(expected)
    ? []
    : [
        `${tool}: ${caller.kind} ${caller.id} ${caller.groups.join('+')} ${caller.block ?? ''} on ${route}: ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`,
      ];

const byRules = (rule: Cell['rule']): boolean => rule !== 'denied' && rule !== 'closed';
const ordered = ({ rule, mode, gateway }: Cell): Cell => ({ rule, mode, gateway });

async function authorizerDiffers({ drawn, model }: Scene): Promise<readonly string[]> {
  const found: string[] = [];
  for (const caller of callersOf(drawn))
    for (const route of [...drawn.routes, UNKNOWN]) {
      const cell = expectedCell(drawn, caller, route);
      if (cell.gateway === 'anyone') continue;
      const { allowed, record } = await call(model, drawn, caller, route);
      const passes =
        cell.gateway === 'prior' ? priorAllows(drawn, caller, route) : cell.gateway !== 'deny';
      found.push(...differ('authorizer', caller, route, allowed, passes));
      // What denies every user is not told to one without groups, whose lack comes first.
      const isLack = record?.code === 'GROUPS_MISSING' || record?.reason === 'no_group_mapped';
      if (!record || caller.kind === 'nobody' || (isLack && cell.rule === 'denied')) continue;
      found.push(
        ...differ(
          'record',
          caller,
          route,
          [recordedRule(record), record.mode],
          [cell.rule, cell.mode],
        ),
      );
    }
  return found;
}

function coreDiffers({ drawn, model }: Scene): readonly string[] {
  const cellOf = cellsOf(model);
  return callersOf(drawn).flatMap((caller) => {
    const principal = principalFor(caller);
    const entitlements = principal && entitlementsOf(model, principal);
    return [...drawn.routes, ENDPOINT, UNKNOWN].flatMap((route) =>
      differ(
        'core',
        caller,
        route,
        ordered(cellOf(entitlements, route)),
        expectedCell(drawn, caller, route),
      ),
    );
  });
}

/** Callers as the tools name them: the tool chooses the okta block, as its documentation says. */
function asked({ drawn, model }: Scene): readonly { caller: DrawnCaller; question: Caller }[] {
  return callersOf(drawn)
    .filter(({ kind, id, block }) => kind !== 'nobody' && id !== '00ublocked' && block !== 'two')
    .map((caller) => {
      const question =
        caller.kind === 'machine' ? { machine: caller.id } : { groups: caller.groups };
      const { block } = principalOf(model, question);
      // The map accepts no token of its client.
      const asNobody = caller.id === '0oastranger' && ({ kind: 'nobody' } as const);
      return {
        caller: { ...caller, ...(block !== undefined && { block: block as 'one' }), ...asNobody },
        question,
      };
    });
}

function explainDiffers(scene: Scene): readonly string[] {
  const { drawn, model, map } = scene;
  return asked(scene).flatMap(({ caller, question }) =>
    [...drawn.routes, UNKNOWN].flatMap((route) => {
      const { cell, decision } = explainDecision(
        { model, rules: map.rules },
        {
          route,
          groups: question.groups ?? [],
          scopes: [],
          ...(question.machine && { machine: question.machine }),
        },
      );
      const expected = expectedCell(drawn, caller, route);
      const { rule } = expected;
      const allows = caller.kind === 'nobody' ? rule === 'public' : byRules(rule);
      return differ(
        'explain',
        caller,
        route,
        [ordered(cell), decision.effect === 'allow'],
        [expected, allows],
      );
    }),
  );
}

function matrixDiffers(scene: Scene): readonly string[] {
  const { subjects, routes } = matrixOf(scene.map);
  const known = asked(scene);
  return subjects.flatMap(({ kind, name }, at) => {
    const one = known.find(({ question }) => {
      if (kind === 'machine') return question.machine === name;
      return (
        question.machine === undefined && question.groups?.join() === (kind === 'group' ? name : '')
      );
    });
    if (!one) throw new Error(`expected a caller for ${kind} ${name}`);
    return routes.flatMap(({ key, cells }) =>
      differ('matrix', one.caller, key, cells[at], expectedCell(scene.drawn, one.caller, key)),
    );
  });
}

/** `explain` without a route. */
function listDiffers(scene: Scene): readonly string[] {
  const { drawn, model } = scene;
  return asked(scene).flatMap(({ caller, question }) =>
    callerAccess(model, question).routes.flatMap(({ route, cell }) =>
      differ('list', caller, route, ordered(cell), expectedCell(drawn, caller, route)),
    ),
  );
}

/** The token of a caller, as the map's issuer writes it. */
function tokenOf({ kind, id, groups, block }: DrawnCaller): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const payload = {
    ...{ iss: block === 'two' ? SECOND_ISSUER : FIRST_ISSUER, aud: 'api://a', scp: [], jti: 'j' },
    ...{ iat: NOW / 1_000, exp: NOW / 1_000 + 60 },
    ...(kind === 'user' ? { cid: '0oa1web', uid: id, sub: id, groups } : { cid: id, sub: id }),
  };
  return `${part({ alg: 'RS256', kid: 'k' })}.${part(payload)}.c2ln`;
}

function tokenDiffers({ drawn, model }: Scene): readonly string[] {
  return callersOf(drawn)
    .filter(({ kind, id }) => kind !== 'nobody' && id !== '0oastranger')
    .flatMap((caller) => {
      const report = reportOnToken(tokenOf(caller), model, NOW / 1_000).caller;
      return [...drawn.routes, ENDPOINT].flatMap((route) => {
        const cell = expectedCell(drawn, caller, route);
        const isBlocked = caller.id === '00ublocked' && cell.rule === 'public';
        const opens = cell.gateway !== 'deny' && cell.gateway !== 'prior' && !isBlocked;
        const shadow =
          cell.mode === 'shadow' && cell.rule !== 'public' ? { route, ...cell } : undefined;
        return differ(
          'token',
          caller,
          route,
          [report?.routes.includes(route), report?.shadow.find((one) => one.route === route)],
          [opens, shadow],
        );
      });
    });
}

/** Maps that decide otherwise what the map recorded. */
const changedMaps = (drawn: Drawn): readonly Drawn[] => [
  { ...drawn, shadow: [] },
  { ...drawn, shadow: 'whole' },
  { ...drawn, conflict: undefined, everyone: undefined },
];

/** Calls that the map's authorizer recorded, replayed against the others. */
async function replayDiffers({ drawn, model }: Scene): Promise<readonly string[]> {
  const found: string[] = [];
  const others = changedMaps(drawn).map(sceneOf);
  for (const caller of callersOf(drawn))
    for (const route of [...drawn.routes, UNKNOWN]) {
      if (expectedCell(drawn, caller, route).gateway === 'anyone') continue;
      if (caller.kind === 'nobody' || caller.id === '0oastranger') continue;
      const { record } = await call(model, drawn, caller, route);
      if (!record) continue;
      for (const other of others) {
        const run = replayAgainst(other.model);
        run.add({ kind: 'decision', at: NOW, record });
        const { newlyAllowed, newlyRefused, unknown } = run.result();
        const { gateway } = expectedCell(other.drawn, caller, route);
        // What a prior authorizer decided, it decides again.
        const byPrior = gateway === 'prior';
        const isUnknown = byPrior && record.mode !== 'shadow';
        const passes = byPrior ? record.effect === 'allow' : gateway !== 'deny';
        const expected = [
          Number(!isUnknown && passes && record.effect === 'deny'),
          Number(!isUnknown && !passes && record.effect === 'allow'),
          Number(isUnknown),
        ];
        found.push(
          ...differ('replay', caller, route, [newlyAllowed, newlyRefused, unknown.prior], expected),
        );
      }
    }
  return found;
}

/** A test of one cell fails exactly where the gateway does not do what it says. */
function testsDiffer(scene: Scene): readonly string[] {
  const { drawn, model } = scene;
  const place = { source: 'drawn', path: '' };
  // A machine that the map does not have is an error of the map.
  const known = asked(scene).filter(({ caller }) => caller.kind !== 'nobody');
  return known.flatMap(({ caller, question }) =>
    drawn.routes.flatMap((route) => {
      const routes = emptyRow(model.signedIn.length);
      setBit(routes, model.routeIndex.get(route) ?? 0);
      const subject =
        question.machine === undefined
          ? { kind: 'groups' as const, groups: question.groups ?? [] }
          : { kind: 'machine' as const, cid: question.machine };
      const tested = { place, subject };
      const pattern = [{ pattern: route, place, routes }];
      const failure = (wants: 'allows' | 'denies') =>
        runMapTests(model, [{ ...tested, allows: [], denies: [], [wants]: pattern }]).failures[0]
          ?.code;
      const { rule, gateway } = expectedCell(drawn, caller, route);
      const expectedOf = (wanted: boolean, passes: boolean) => {
        if (byRules(rule) !== wanted) return 'TEST_FAILED';
        return passes ? undefined : 'TEST_IN_SHADOW';
      };
      const allows = expectedOf(true, gateway !== 'prior' && gateway !== 'deny');
      const denies = expectedOf(false, gateway === 'deny');
      return differ(
        'test',
        caller,
        route,
        [failure('allows'), failure('denies')],
        [allows, denies],
      );
    }),
  );
}

async function endpointDiffers({ drawn, model }: Scene): Promise<readonly string[]> {
  const found: string[] = [];
  const quotas = { read: async () => () => undefined };
  for (const caller of callersOf(drawn)) {
    const principal = principalFor(caller);
    if (!principal) continue;
    const answer = await answerFor({ model, quotas, clock: { now: () => NOW } }, principal);
    const client = createPermissions({
      url: 'https://a.example.org/permissions',
      getToken: () => 'token',
      fetch: async () => Response.json(answer),
    });
    await client.refresh();
    for (const route of [...drawn.routes, ENDPOINT]) {
      const cell = expectedCell(drawn, caller, route);
      const shadow =
        cell.mode === 'shadow' && cell.rule !== 'public' ? { route, ...cell } : undefined;
      const expected = [cell.gateway !== 'deny', shadow];
      const told = answer.shadow?.find((one) => one.route === route);
      found.push(
        ...differ('endpoint', caller, route, [answer.routes.includes(route), told], expected),
      );
      found.push(
        ...differ(
          'client',
          caller,
          route,
          [client.can(route as never), client.shadow(route as never)],
          expected,
        ),
      );
    }
  }
  return found;
}

test('every tool says of each cell of random maps what the map says', async () => {
  // A small sample may have no map whose policies the gateway keeps.
  const kept = fc
    .sample(drawnMaps, { numRuns: 40, seed: 7 })
    .filter((drawn) => sceneOf(drawn).map.cache.mode === 'token')
    .slice(0, 1);
  expect(kept).toHaveLength(1);
  await fc.assert(
    fc.asyncProperty(drawnMaps, async (drawn) => {
      const scene = sceneOf(drawn);
      expect([
        ...coreDiffers(scene),
        ...explainDiffers(scene),
        ...matrixDiffers(scene),
        ...listDiffers(scene),
        ...tokenDiffers(scene),
        ...testsDiffer(scene),
        ...(await endpointDiffers(scene)),
        ...(await authorizerDiffers(scene)),
      ]).toEqual([]);
    }),
    { numRuns: RUNS, examples: kept.map((drawn) => [drawn] as const) },
  );
}, 120_000);

test('calls that one map recorded are replayed as another map decides them', async () => {
  await fc.assert(
    fc.asyncProperty(drawnMaps, async (drawn) => {
      expect(await replayDiffers(sceneOf(drawn))).toEqual([]);
    }),
    { numRuns: sized(60, 6) },
  );
}, 120_000);
