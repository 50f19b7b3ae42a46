/**
 * Brings an API's routes from any state to the desired one. One procedure for create, update,
 * rollback and delete, because each may resume an interrupted one: the record holds the prior
 * state, the API the current state, the request the desired state.
 */

import type {
  AttachmentRecord,
  PriorAuthorization,
  RecordedSettings,
} from '../core/contract/attachment-record.ts';
import {
  type ApiControl,
  type Authorization,
  GatewayError,
  joinWithLimit,
  type LiveApi,
  type LiveRoute,
  ownStages,
  sameAuthorization,
} from '../gateway/live-api.ts';
import { hasOurAuthorizer } from './attachment-state.ts';
import { inParallel } from './in-parallel.ts';
import { notAsSet } from './not-as-set.ts';
import { priorAuthorizationOf, type RecordStore } from './record-store.ts';

export interface DesiredState {
  /** Routes that must carry our authorizer. Empty: detach. */
  readonly attach: readonly string[];
  /** Id of that authorizer; absent where `attach` is empty. */
  readonly authorizerId?: string;
  /** Ids of our authorizers. */
  readonly ours: ReadonlySet<string>;
  readonly stage?: string;
  /** Publish even if no route changes: another edit of ours is pending. */
  readonly republish?: boolean;
  /** Publish to a stage that serves an older deployment, even if no route changes. */
  readonly publishOlder?: boolean;
  /** For the record of an attachment. */
  readonly settings?: RecordedSettings;
}

export interface ReconcileParts {
  readonly control: ApiControl;
  readonly store: RecordStore;
  /**
   * Waits until every environment of the authorizer has read the saved record; absent: none reads
   * it.
   */
  waitForReaders?(): Promise<void>;
}

export interface Outcome {
  readonly attached: readonly string[];
  readonly restored: readonly string[];
  /** Recorded routes that others have changed since, or that no longer exist; left unchanged. */
  readonly left: readonly string[];
}

/** @throws GatewayError where a route cannot be restored, or differs when read back. */
export async function reconcile(
  desired: DesiredState,
  api: LiveApi,
  record: AttachmentRecord,
  work: ReconcileParts,
): Promise<Outcome> {
  const { target, attach, detach } = changesOf(desired, api);
  assertRecorded(detach, record);
  assertPriorAuthorizersExist(detach, record, api);
  const changes = attach.length + detach.length > 0;
  const updatedRecord = changes ? recordPrior(record, attach, desired, api) : record;
  // Before the first change: after a crash the record has to know every route that may carry our
  // authorizer.
  if (updatedRecord !== record) await work.store.save(updatedRecord);
  if (updatedRecord !== record && attach.length > 0) await work.waitForReaders?.();
  await inParallel(attach, (route) => work.control.authorize(route, target));
  await inParallel(detach, (route) => work.control.authorize(route, priorOf(route, updatedRecord)));
  if (changes || updatedRecord.unpublished || desired.republish || servesOlder(desired, api))
    for (const stage of stagesToPublish(desired, api)) await work.control.publish(stage);
  if (changes)
    await verify(work.control, { desired, detached: detach, record: updatedRecord, target });
  await saveOutcome(desired, updatedRecord, work.store);
  const restored = detach.map(({ key }) => key);
  const left = Object.keys(updatedRecord.routes).filter(
    (key) => !desired.attach.includes(key) && !restored.includes(key),
  );
  return { attached: desired.attach, restored, left };
}

interface Changes {
  /** How a route with our authorizer is authorized. */
  readonly target: Authorization;
  readonly attach: readonly LiveRoute[];
  readonly detach: readonly LiveRoute[];
}

function changesOf(desired: DesiredState, api: LiveApi): Changes {
  const wanted = new Set(desired.attach);
  const target: Authorization = {
    type: 'CUSTOM',
    scopes: [],
    ...(desired.authorizerId !== undefined && { authorizerId: desired.authorizerId }),
  };
  const ours = api.routes.filter((route) => hasOurAuthorizer(route, desired.ours));
  return {
    target,
    attach: api.routes.filter(
      ({ key, authorization }) => wanted.has(key) && !isAt(authorization, target),
    ),
    detach: ours.filter(({ key }) => !wanted.has(key)),
  };
}

/**
 * The record of an attachment lists its routes; after a detachment there is none.
 * @param saved the record as it is now
 */
async function saveOutcome(
  { attach, settings }: DesiredState,
  saved: AttachmentRecord,
  store: RecordStore,
): Promise<void> {
  if (attach.length === 0) {
    await store.remove();
    return;
  }
  const routes = Object.entries(saved.routes).filter(([key]) => attach.includes(key));
  const done: AttachmentRecord = {
    ...saved,
    unpublished: false,
    routes: Object.fromEntries(routes),
    ...(settings && { settings }),
  };
  if (JSON.stringify(done) !== JSON.stringify(saved)) await store.save(done);
}

const isAt = (now: Authorization, target: Authorization): boolean =>
  now.type === target.type && now.authorizerId === target.authorizerId;

const priorOf = ({ key }: LiveRoute, { routes }: AttachmentRecord): PriorAuthorization =>
  routes[key] ?? { type: 'NONE', scopes: [], apiKeyRequired: false };

function assertRecorded(detach: readonly LiveRoute[], { routes }: AttachmentRecord): void {
  const lost = detach.filter(({ key }) => routes[key] === undefined);
  if (lost.length === 0) return;
  throw new GatewayError(
    `expected a record of what ${joinWithLimit(lost.map(({ key }) => key))} had before our authorizer, found none: set the authorization of these routes yourself, then deploy again`,
  );
}

/**
 * Before the first change: a deleted authorizer cannot be restored, and leaving the route
 * unprotected would weaken the API.
 */
function assertPriorAuthorizersExist(
  detach: readonly LiveRoute[],
  { routes }: AttachmentRecord,
  { id, authorizers }: LiveApi,
): void {
  const present = new Set(authorizers.map((one) => one.id));
  const lost = detach.filter(({ key }) => {
    const prior = routes[key]?.authorizerId;
    return prior !== undefined && !present.has(prior);
  });
  if (lost.length === 0) return;
  throw new GatewayError(
    `expected the authorizers that ${joinWithLimit(lost.map(({ key }) => key))} had before ours on API \`${id}\`, found them deleted: set the authorization of these routes yourself, then try again`,
  );
}

function recordPrior(
  record: AttachmentRecord,
  attach: readonly LiveRoute[],
  { ours, stage }: DesiredState,
  { authorizers }: LiveApi,
): AttachmentRecord {
  // A route that carries ours already is recorded; any other is recorded as it is now, even if it
  // was recorded earlier.
  const fresh = attach
    .filter((route) => !hasOurAuthorizer(route, ours))
    .map((route) => [route.key, priorAuthorizationOf(route, authorizers)] as const);
  return {
    ...record,
    ...(stage !== undefined && { stage }),
    unpublished: true,
    routes: { ...record.routes, ...Object.fromEntries(fresh) },
  };
}

/**
 * Whether the owner has pointed a stage to a deployment without our authorizer, and the map says to
 * publish.
 */
function servesOlder({ attach, publishOlder, stage }: DesiredState, api: LiveApi): boolean {
  if (publishOlder !== true || attach.length === 0) return false;
  const lacks = (served: ReadonlyMap<string, string> | undefined) =>
    attach.some((key) => (served?.get(key) ?? 'CUSTOM') !== 'CUSTOM');
  return ownStages(api, stage).some(({ served, current }) =>
    api.kind === 'rest' ? lacks(served) : !current,
  );
}

/** REST: the stage of the attachment. HTTP: the stages that do not deploy automatically. */
export function stagesToPublish(
  { stage }: Pick<DesiredState, 'stage'>,
  { kind, stages }: LiveApi,
): readonly string[] {
  if (kind === 'rest') return stage === undefined ? [] : [stage];
  return stages.filter(({ autoDeploy }) => !autoDeploy).map(({ name }) => name);
}

interface Check {
  readonly desired: DesiredState;
  readonly detached: readonly LiveRoute[];
  readonly record: AttachmentRecord;
  readonly target: Authorization;
}

async function verify(
  control: ApiControl,
  { desired, detached, record, target }: Check,
): Promise<void> {
  const { routes, stages } = await control.read();
  const now = new Map(routes.map((route) => [route.key, route]));
  const unlike = (key: string, is: (route: LiveRoute) => boolean): boolean => {
    const route = now.get(key);
    return route !== undefined && !is(route);
  };
  const wrong = [
    ...desired.attach.filter((key) =>
      unlike(key, ({ authorization }) => isAt(authorization, target)),
    ),
    ...desired.attach.filter((key) =>
      stages.some(({ name, served }) => name === desired.stage && served?.get(key) === 'NONE'),
    ),
    ...detached
      .map(({ key }) => key)
      .filter((key) =>
        unlike(key, ({ authorization }) => isPrior(authorization, record.routes[key])),
      ),
  ];
  if (wrong.length === 0) return;
  throw notAsSet(joinWithLimit(wrong));
}

const isPrior = (now: Authorization, prior: PriorAuthorization | undefined): boolean =>
  prior !== undefined && sameAuthorization(now, prior);
