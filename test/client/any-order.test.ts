/**
 * Sign-ins, refusals, failures and answers in any order: whose permissions are shown, and how many
 * ask.
 */
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { createPermissions } from '../../client/src/index.ts';
import { sized } from '../support/tier.ts';
import { ANSWER, json } from './support.ts';

const USERS = ['alice', 'bob'] as const;
const tokenOf = (uid: string, id: number): string =>
  `e30.${Buffer.from(JSON.stringify({ uid, id })).toString('base64url')}.c2ln`;
const userOf = (token: string): string =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).uid;

interface Asked {
  readonly token: string;
  readonly signal: AbortSignal;
  readonly settle: (response: Response | Error) => void;
}

const step = fc.oneof(
  fc.record({ kind: fc.constant('sign in' as const), user: fc.constantFrom(...USERS) }),
  fc.record({ kind: fc.constantFrom('sign out' as const, 'renew' as const, 'refresh' as const) }),
  fc.record({
    kind: fc.constant('answer' as const),
    status: fc.constantFrom(200, 200, 200, 401, 403, 503, 0),
  }),
  fc.record({ kind: fc.constant('refused' as const), status: fc.constantFrom(401, 403, 429) }),
  fc.record({ kind: fc.constant('wait' as const), seconds: fc.constantFrom(0, 1, 11, 301) }),
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

function scene() {
  const asked: Asked[] = [];
  let token: string | undefined;
  let tokens = 0;
  const signIn = (user: string): void => {
    tokens += 1;
    token = tokenOf(user, tokens);
  };
  const permissions = createPermissions({
    url: '/permissions',
    getToken: () => token,
    fetch: (_url, init) =>
      new Promise((resolve, reject) => {
        asked.push({
          token: String(new Headers(init?.headers).get('authorization')).replace('Bearer ', ''),
          signal: init?.signal as AbortSignal,
          settle: (response) => {
            asked.splice(0, 1);
            if (response instanceof Error) reject(response);
            else resolve(response);
          },
        });
      }),
  });
  const underWay = () => asked.filter(({ signal }) => !signal.aborted);
  const answer = (status: number): void => {
    const [first] = asked;
    const own = first && [`GET /of-${userOf(first.token)}`];
    first?.settle(
      status === 0 ? new TypeError('fetch failed') : json({ ...ANSWER, routes: own }, status),
    );
  };
  const run = (each: Step): unknown => {
    switch (each.kind) {
      case 'sign in':
        signIn(each.user);
        return permissions.refresh();
      case 'sign out':
        token = undefined;
        return permissions.refresh();
      case 'renew':
        if (token !== undefined) signIn(userOf(token));
        return undefined;
      case 'refresh':
        return permissions.refresh();
      case 'answer':
        return answer(each.status);
      case 'refused':
        return permissions.refusal(json({}, each.status), 'GET /of-alice');
      default:
        return undefined;
    }
  };
  return { permissions, underWay, run, signIn, answer, current: () => token && userOf(token) };
}

test('nobody is shown what is another’s, and one question is under way', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const { permissions, underWay, run, signIn, answer, current } = scene();
      const end = permissions.subscribe(() => undefined);
      for (const each of steps) {
        void run(each);
        await jest.advanceTimersByTimeAsync(each.kind === 'wait' ? each.seconds * 1_000 : 0);
        expect(underWay().length).toBeLessThanOrEqual(1);
        for (const user of USERS)
          if (permissions.can(`GET /of-${user}`)) expect(user).toBe(current());
      }
      // Whatever has been, a good answer to a new sign-in is what is known then.
      signIn('alice');
      const last = permissions.refresh();
      await jest.advanceTimersByTimeAsync(0);
      while (underWay().length > 0) {
        answer(200);
        await jest.advanceTimersByTimeAsync(0);
      }
      expect([(await last).status, permissions.can('GET /of-alice')]).toEqual(['ready', true]);
      end();
    }),
    { numRuns: sized(2_000, 60) },
  );
});
