import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { policyResponse } from '../../../../lambda/authorizer/authorizer-response.ts';
import { refuse } from '../../../../lambda/core/contract/codes.ts';
import type { Period } from '../../../../lambda/core/contract/periods.ts';
import { type Decision, decide } from '../../../../lambda/core/decision/decide.ts';
import { entitlementsOf } from '../../../../lambda/core/decision/entitlements.ts';
import { parseModel } from '../../../../lambda/core/model/load-model.ts';
import type { AccessModel } from '../../../../lambda/core/model/model.ts';
import { authorizerContext } from '../../../../lambda/core/policy/context.ts';
import { MAX_RESOURCE_LENGTH, requestPolicy } from '../../../../lambda/core/policy/policy.ts';
import type { QuotaState } from '../../../../lambda/core/quota/quota-state.ts';
import type { Principal } from '../../../../lambda/core/token/principal.ts';
import {
  contextBoundBytes,
  MAX_ID_LENGTH,
} from '../../../../lib/access-map/cache/response-bound.ts';
import { AccessMap } from '../../../../lib/access-map/index.ts';
import { model } from '../../../support/model.ts';
import { EXAMPLE } from '../../commands/project.ts';

/** Bytes of the real answer to this principal on this route. */
function answerBytes(
  access: AccessModel,
  principal: Principal,
  route: string,
  quota?: QuotaState,
): number {
  const entitlements = entitlementsOf(access, principal);
  const evaluated = decide(access, entitlements, route);
  const quotaExceeded = evaluated.effect === 'allow' && quota?.remaining === 0;
  const decision: Decision = quotaExceeded
    ? { effect: 'deny', route, ...refuse('QUOTA_EXCEEDED', 'window_full') }
    : evaluated;
  const context = authorizerContext({
    mapVersion: access.version,
    entitlements,
    code: decision.effect === 'deny' ? decision.code : undefined,
    quota: evaluated.effect === 'allow' ? quota : undefined,
    quotaExceeded,
    now: 0,
  });
  const arn = 'a'.repeat(MAX_RESOURCE_LENGTH * 2);
  const policy = requestPolicy(decision.effect, arn);
  return Buffer.byteLength(
    JSON.stringify(policyResponse({ decision, effect: decision.effect, policy, context }, 'throw')),
  );
}

const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
const routes = ['GET /a', 'POST /a', 'GET /b'];
const some = fc.subarray(routes);
const lengths: { readonly [period in Period]: number } = {
  minute: 60,
  hour: 3_600,
  day: 86_400,
  month: 31 * 86_400,
};

test('no answer to anybody is larger than the bound', () => {
  const grants = fc.record({ allow: some, deny: some });
  const period = fc.constantFrom<Period>('minute', 'hour', 'day', 'month');
  const facts = fc.record({
    groups: fc.dictionary(name, grants, { maxKeys: 6 }),
    machines: fc.dictionary(name, grants, { maxKeys: 3 }),
    permissions: fc.dictionary(name, some, { maxKeys: 4 }),
    route: fc.constantFrom(...routes, 'GET /other'),
    period,
    limit: fc.integer({ min: 1, max: 1e9 }),
    left: fc.constantFrom('none', 'most'),
    uid: fc.string({
      minLength: 1,
      maxLength: MAX_ID_LENGTH,
      unit: fc.constantFrom('a', '0', '-'),
    }),
  });
  fc.assert(
    fc.property(
      facts,
      fc.infiniteStream(fc.boolean()),
      ({ route, period, limit, left, uid, ...sketch }, coin) => {
        const quotas = [{ name: 'q', windows: [{ id: period, per: period, limit }] }];
        const access = model({ routes, ...sketch, quotas });
        const groups = [...access.groups.keys()].filter(() => coin.next().value);
        const state = {
          quota: 'q',
          payer: '',
          limit,
          remaining: left === 'none' ? 0 : limit - 1,
          endsAt: lengths[period],
        };
        const bound = contextBoundBytes(access, 'off');
        expect(
          answerBytes(
            access,
            { kind: 'user', uid, cid: '0oa1web', groups, scopes: [] },
            route,
            state,
          ),
        ).toBeLessThanOrEqual(bound);
        for (const cid of access.machines.keys()) {
          expect(
            answerBytes(access, { kind: 'machine', cid, scopes: [] }, route, state),
          ).toBeLessThanOrEqual(bound);
        }
      },
    ),
  );
});

test('the bound of the example is reached: it is exact where no deny takes a permission away', () => {
  const access = parseModel(AccessMap.checkText(EXAMPLE, 'access.yaml').map?.model);
  const user: Principal = {
    kind: 'user',
    uid: 'u'.repeat(MAX_ID_LENGTH),
    cid: '0oa1web',
    groups: [...access.groups.keys()],
    scopes: [],
  };
  const month: QuotaState = {
    quota: 'partner',
    payer: '',
    limit: 100_000,
    remaining: 0,
    endsAt: lengths.month,
  };
  expect(answerBytes(access, user, 'GET /orders', month)).toBe(contextBoundBytes(access, 'off'));
});
