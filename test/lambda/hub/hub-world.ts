/** A hub whose table is in this process, with a clock of its own. */
import { dynamoRevocationList } from '../../../lambda/adapters/dynamo-revocation-list.ts';
import { dynamoRevocationWriter } from '../../../lambda/adapters/dynamo-revocation-writer.ts';
import type { HubSettings } from '../../../lambda/core/contract/hub.ts';
import { compact } from '../../../lambda/hub/compact.ts';
import { heartbeat } from '../../../lambda/hub/heartbeat.ts';
import type { UrlAnswer } from '../../../lambda/hub/hook-request.ts';
import { hubStore } from '../../../lambda/hub/hub-store.ts';
import { massRemovals } from '../../../lambda/hub/mass-removals.ts';
import { receive } from '../../../lambda/hub/receive.ts';
import { hubTable } from '../../support/hub-table.ts';

export const ORG = 'acme.okta.com';
const SECRET = 'current-secret-of-the-hook';
export const START = Date.parse('2026-08-25T17:41:30.000Z');

const SETTINGS: HubSettings = {
  org: ORG,
  hosts: [ORG],
  groups: { removed: ['readers', 'writers'], added: [] },
  hook: true,
};

export const deactivation = (uuid: string, uid: string, published: number) => ({
  uuid,
  published: new Date(published).toISOString(),
  eventType: 'user.lifecycle.deactivate',
  outcome: { result: 'SUCCESS' },
  target: [{ id: uid, type: 'User' }],
});

export function hubWorld() {
  let now = START;
  const clock = { now: () => now };
  const table = hubTable();
  const where = { table: 'hub', org: ORG };
  const store = hubStore(table.connect(), where.table, ORG);
  const lines: Readonly<Record<string, unknown>>[] = [];
  const metrics = {
    put: (values: object, more: object = {}) => void lines.push({ ...values, ...more }),
  };
  const recording = {
    settings: SETTINGS,
    clock,
    writer: dynamoRevocationWriter(where, table.connect, { clock }),
    mass: massRemovals(store.removalsSince),
  };
  const list = () => dynamoRevocationList(where, table.connect, clock);
  const pass = (ms: number): void => {
    now += ms;
  };
  let snapshots = 0;
  return {
    ...{ table, store, lines, metrics, recording, clock, list, pass },
    /** A minute of the heartbeat's function. */
    beat: () => heartbeat({ store, clock, metrics, sleep: async (ms) => pass(ms) }),
    compact: () => compact({ list: list(), store, clock, metrics, newId: () => `s${++snapshots}` }),
    deliver: (events: readonly unknown[]): Promise<UrlAnswer> =>
      receive(
        {
          requestContext: { http: { method: 'POST' } },
          headers: { authorization: SECRET },
          body: JSON.stringify({
            eventType: 'com.okta.event_hook',
            source: `https://${ORG}/api/v1/eventHooks/who1`,
            data: { events },
          }),
        },
        { ...recording, metrics, secret: async () => ({ current: SECRET }) },
      ),
    /** Sum of what was consumed since the last question, by reads and writes. */
    units: () => {
      const all = table.consumed.splice(0);
      const sum = (of: RegExp) =>
        all.filter(({ operation }) => of.test(operation)).reduce((n, { units }) => n + units, 0);
      return { reads: sum(/Get|Query/), writes: sum(/Put|Update/) };
    },
  };
}
