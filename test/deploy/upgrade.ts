/**
 * A stack of the former package (former-package.ts) is upgraded while it is called, goes back, and
 * is deleted: nothing is open, no unit of a quota is given twice, nothing is left.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { deploy } from './cdk.ts';
import { formerApp } from './former-package.ts';
import { added, inventory, keptOnDelete } from './inventory.ts';
import { makeLiveHttpApi, UNPROTECTED_ROUTES } from './live-http-api.ts';
import { makeLiveRestApi, REST_ROUTES } from './live-rest-api.ts';
import type { Step } from './steps.ts';
import { call, cdkOptions, deleteStack, tokenOf, type World } from './world.ts';

type Kind = 'http' | 'rest';

interface Subject {
  readonly kind: Kind;
  readonly apiId: string;
  readonly stage?: string;
  state(): Promise<unknown>;
  /** As its owner adds a route, open. */
  add(key: string): Promise<void>;
  remove(key: string): Promise<void>;
}

/** Routes with a foreign authorizer, which stays. */
const FOREIGN = {
  http: ['GET /invoices', 'POST /invoices', 'POST /internal', 'GET /legacy'],
  rest: ['DELETE /orders', 'GET /legacy'],
};
const ROUTES = {
  http: [...UNPROTECTED_ROUTES, 'GET /health', 'GET /me', ...FOREIGN.http],
  rest: REST_ROUTES,
};
/** Units of each quota: no clock ends its window while the test runs. */
const LIMIT = 60;
const NEW_ROUTE = 'GET /later';

export async function makeSubject(world: World, kind: Kind): Promise<Subject> {
  if (kind === 'http') {
    const api = await makeLiveHttpApi(world);
    return {
      ...{ kind, apiId: api.apiId, state: api.state },
      add: api.addRoute,
      remove: api.deleteRoute,
    };
  }
  const api = await makeLiveRestApi(world);
  return {
    ...{ kind, apiId: api.apiId, stage: api.stage, state: api.state },
    add: api.addMethod,
    remove: api.deleteMethod,
  };
}

/** The same map for both versions, but for what the later one wants to be told. */
export function mapText(
  world: World,
  { kind, apiId }: Subject,
  {
    later,
    routes = ROUTES[kind],
  }: { readonly later: boolean; readonly routes?: readonly string[] },
): string {
  const api =
    kind === 'http'
      ? { httpApiId: apiId, replace: ['GET /me'] }
      : { restApiId: apiId, stage: 'prod', gatewayResponses: true };
  const quota = { limit: LIMIT, by: 'user', per: 'month' };
  return JSON.stringify({
    api: {
      name: `upgraded-${kind}`,
      kind,
      attachTo: api,
      ...(later && { accept: { foreign: FOREIGN[kind] } }),
    },
    okta: { issuer: world.issuer.issuer, audience: 'api://orders', clients: ['0oa1web'] },
    routes,
    public: ['GET /health'],
    quotas: { counted: { ...quota, accuracy: 'exact' }, leased: quota },
    groups: {
      'orders-readers': { allow: ['GET /orders'], quota: 'counted' },
      'orders-admins': { allow: ['GET /orders'], quota: 'leased' },
    },
  });
}

/** What callers met, in all. */
interface Met {
  /** Calls without a token that were answered as if they had one. */
  opened: number;
  /**
   * Calls that were refused for no fault of the caller's, and once more when they were repeated.
   */
  failed: number;
  /**
   * Calls that were answered with 5xx, each repeated once. The emulator ends a running function
   * when it gets new code, which Lambda does not: what such a call has paid is lost.
   */
  repeated: number;
  /** Admitted calls by quota. */
  readonly admitted: { counted: number; leased: number };
}

const PAYERS = { counted: 'reader', leased: 'admin' } as const;
type Quota = keyof typeof PAYERS;

class Callers {
  readonly met: Met = { opened: 0, failed: 0, repeated: 0, admitted: { counted: 0, leased: 0 } };
  readonly world: World;
  readonly api: Subject;
  constructor(world: World, api: Subject) {
    this.world = world;
    this.api = api;
  }

  async spend(quota: Quota): Promise<boolean> {
    const token = tokenOf(this.world, PAYERS[quota]);
    const ask = () => call(this.world, this.api, 'GET /orders', token);
    let { status } = await ask();
    if (status >= 500) {
      this.met.repeated++;
      ({ status } = await ask());
    }
    if (status === 200) this.met.admitted[quota]++;
    else if (status !== 403 && status !== 429) this.met.failed++;
    return status === 200;
  }

  async knock(): Promise<void> {
    const keys = ROUTES[this.api.kind].filter(
      (key) => key !== 'GET /health' && !FOREIGN[this.api.kind].includes(key),
    );
    for (const key of keys) {
      const { status } = await call(
        this.world,
        this.api,
        key.replace(/\{\w+\}/, '7').replace('ANY', 'GET'),
      );
      if (status === 200) this.met.opened++;
    }
  }

  /** Calls with and without a token until the work is done. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    let ended = false;
    const calling = (async () => {
      for (let turn = 0; !ended; turn++) {
        await this.knock();
        if (turn % 4 === 0)
          for (const quota of ['counted', 'leased'] as const) await this.spend(quota);
        await sleep(150);
      }
    })();
    try {
      return await work();
    } finally {
      ended = true;
      await calling;
    }
  }
}

/** Calls that the emulator says it has ended itself. */
function endedByEmulator({ emulator }: World, stack: string): number {
  return emulator
    .log()
    .split('\n')
    .filter((line) => line.includes(stack) && line.includes('Worker process exited immediately'))
    .length;
}

export async function upgrade(world: World, step: Step): Promise<void> {
  const former = await formerApp(world);
  for (const kind of ['http', 'rest'] as const) await upgradeOf(kind, { world, former, step });
}

interface Scene {
  readonly world: World;
  readonly former: string;
  readonly step: Step;
}

async function upgradeOf(kind: Kind, { world, former, step }: Scene): Promise<void> {
  const stack = `access-upgraded-${kind}`;
  const api = await makeSubject(world, kind);
  const callers = new Callers(world, api);
  const [empty, unattached] = [await inventory(world), await api.state()];
  const old = cdkOptions(world, `upgraded-${kind}-former`, former);
  const now = cdkOptions(world, `upgraded-${kind}`);
  await step(
    `upgrade-${kind}: the former package attaches, half of each quota is spent`,
    async () => {
      await deploy(mapText(world, api, { later: false }), old);
      for (let n = 0; n < LIMIT / 2; n++)
        for (const quota of ['counted', 'leased'] as const) assert(await callers.spend(quota));
    },
  );
  const routes = [...ROUTES[kind], NEW_ROUTE];
  await step(`upgrade-${kind}: upgraded under calls`, async () => {
    await api.add(NEW_ROUTE);
    await callers.during(() => deploy(mapText(world, api, { later: true, routes }), now));
  });
  await step(`upgrade-${kind}: back to the former package under calls`, () =>
    callers.during(() => deploy(mapText(world, api, { later: false, routes }), old)),
  );
  await step(`upgrade-${kind}: nothing was open, and no unit is given twice`, async () => {
    for (const quota of ['counted', 'leased'] as const) while (await callers.spend(quota));
    const { opened, failed, repeated, admitted } = callers.met;
    assert.deepEqual({ opened, failed }, { opened: 0, failed: 0 });
    assert(repeated <= endedByEmulator(world, stack), `${repeated} calls ended with 5xx`);
    assert(
      admitted.counted >= LIMIT - repeated && admitted.counted <= LIMIT,
      `${admitted.counted} of ${LIMIT}, ${repeated} lost`,
    );
    assert(
      admitted.leased > LIMIT / 2 && admitted.leased <= LIMIT,
      `${admitted.leased} of ${LIMIT}`,
    );
  });
  // One stack ends with the code of before, one with that of today.
  if (kind === 'rest')
    await step('upgrade-rest: once more to the code of today', () =>
      deploy(mapText(world, api, { later: true, routes }), now),
    );
  await step(
    `upgrade-${kind}: deleted, the API is as it was, and what is left is what the stack says it keeps`,
    async () => {
      const kept = await keptOnDelete(world, stack);
      assert.equal(await deleteStack(world, stack), 'DELETE_COMPLETE');
      assert.equal((await call(world, api, NEW_ROUTE)).status, 200);
      await api.remove(NEW_ROUTE);
      assert.deepEqual(await api.state(), unattached);
      assert.deepEqual(added(empty, await inventory(world)), kept);
    },
  );
}
