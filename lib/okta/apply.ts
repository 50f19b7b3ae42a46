/**
 * Applies the steps in order, one write at a time. Completed steps stay; a later apply continues
 * after them.
 */
import { isObject } from '../../lambda/core/json/json-object.ts';
import { mergedBody } from './merged-body.ts';
import { OktaError } from './okta-error.ts';
import { type Json, type JsonObject, type OktaOrg, textAt, textsAt, valueAt } from './org.ts';
import type { Plan } from './plan.ts';
import { bodyOf, type PlanStep, pathOf, printOf } from './step.ts';

export interface ApplyOptions {
  /** Looked at before each step. */
  readonly isInterrupted?: () => boolean;
  readonly onStep?: (step: PlanStep, done: number, all: number) => void;
  /** Waits between two looks at what Okta does after its answer. */
  readonly wait: (milliseconds: number) => Promise<void>;
}

/**
 * Polls for an object that takes time to settle, one second apart, before the next apply has to
 * handle it.
 */
const MAX_POLLS = 20;

/**
 * Runs the steps.
 * @param ids of the objects that exist, by reference; those of created objects are added.
 * @returns all ids.
 * @throws OktaError of the call that failed; the steps before it are done.
 */
export async function applySteps(
  org: OktaOrg,
  steps: readonly PlanStep[],
  ids: Readonly<Record<string, string>>,
  options: ApplyOptions,
): Promise<ReadonlyMap<string, string>> {
  const known = new Map(Object.entries(ids));
  for (const [index, step] of steps.entries()) {
    if (options.isInterrupted?.()) throw new OktaError('APPLY_INTERRUPTED', 'interrupted');
    await applyStep(org, step, known, options);
    options.onStep?.(step, index + 1, steps.length);
  }
  return known;
}

async function applyStep(
  org: OktaOrg,
  step: PlanStep,
  ids: Map<string, string>,
  options: ApplyOptions,
): Promise<void> {
  const { method, body } = step.request;
  const path = pathOf(step.request.path, ids);
  const given = body === undefined ? undefined : bodyOf(body, ids);
  const answer = await org.write(method, path, given && (await sentBody(org, step, path, given)));
  if (step.gives !== undefined) recordId(step.gives, answer, ids);
  if (step.settle !== undefined) await settled(org, step, path, options);
}

async function sentBody(
  org: OktaOrg,
  step: PlanStep,
  path: string,
  given: JsonObject,
): Promise<JsonObject> {
  if (step.request.merge) return mergedBody(await current(org, path, step), given, step);
  return step.kind === 'group rule' ? withoutDeleted(org, given) : given;
}

async function current(org: OktaOrg, path: string, { kind, name }: PlanStep): Promise<JsonObject> {
  const object = await org.get(path);
  if (!object)
    throw new OktaError(
      'PLAN_OUTDATED',
      `the ${kind} \`${name}\` is gone since the plan was made: plan again`,
    );
  return kind === 'group rule' ? withoutDeleted(org, object) : object;
}

/**
 * The rule without its excluded users who are deleted: Okta refuses users that it does not have.
 * If we have no right to read users, the exclusions go back unchanged.
 */
async function withoutDeleted(org: OktaOrg, rule: JsonObject): Promise<JsonObject> {
  const excluded = textsAt(rule, 'conditions', 'people', 'users', 'exclude');
  const deleted: string[] = [];
  for (const user of excluded) if (await isDeleted(org, user)) deleted.push(user);
  if (deleted.length === 0) return rule;
  const exclude = excluded.filter((user) => !deleted.includes(user));
  const conditions = objectAt(rule, 'conditions');
  const people = { ...objectAt(conditions, 'people'), users: { exclude } };
  return { ...rule, conditions: { ...conditions, people } };
}

const objectAt = (json: JsonObject, key: string): JsonObject => {
  const value = valueAt(json, key);
  return isObject<Json>(value) ? value : {};
};

async function isDeleted(org: OktaOrg, user: string): Promise<boolean> {
  try {
    return (await org.get(`/api/v1/users/${encodeURIComponent(user)}`)) === undefined;
  } catch (error) {
    if (error instanceof OktaError && error.detail.status === 403) return false;
    throw error;
  }
}

/** An app has two ids: that of the object, and the client id that tokens carry. */
function recordId(
  reference: string,
  answer: JsonObject | undefined,
  ids: Map<string, string>,
): void {
  const id = textAt(answer, 'id');
  if (id === '')
    throw new OktaError(
      'APPLY_WITHOUT_ID',
      `Okta made \`${reference}\` and did not return its id: plan again`,
    );
  ids.set(reference, textAt(answer, 'credentials', 'oauthClient', 'client_id') || id);
  ids.set(`${reference}#id`, id);
}

async function settled(
  org: OktaOrg,
  { settle, kind, name }: PlanStep,
  path: string,
  { wait }: ApplyOptions,
): Promise<void> {
  const object = path.replace(/\/lifecycle\/\w+$/, '');
  for (let look = 0; look < MAX_POLLS; look++) {
    const found = await org.get(object);
    if (settle === 'gone' ? !found : textAt(found, 'status') === 'ACTIVE') return;
    await wait(1_000);
  }
  throw new OktaError(
    'APPLY_UNSETTLED',
    `the ${kind} \`${name}\` is not ${settle} after ${MAX_POLLS} s: apply again later`,
  );
}

/**
 * Why a reviewed plan must not be applied to the org as it is now; nothing if it may. Steps of the
 * reviewed plan may be done already, by an apply that failed half-way; a step that nobody reviewed
 * may not appear.
 */
export function stalenessReason(reviewed: Plan, fresh: Plan): string | undefined {
  for (const [reference, id] of Object.entries(reviewed.ids)) {
    const now = fresh.ids[reference];
    if (now !== undefined && now !== id) return `\`${reference}\` is no longer the same object`;
  }
  // What a failed apply has created carries our mark; any other object of that name is somebody
  // else's.
  const taken = reviewed.steps.find(
    ({ gives }) => gives !== undefined && fresh.foreign.includes(gives),
  );
  if (taken)
    return `somebody has made the ${taken.kind} \`${taken.name}\`, which was to be created`;
  const prints = new Set([...reviewed.steps, ...reviewed.dropped].map(printOf));
  const unseen = [...fresh.steps, ...fresh.dropped].find((step) => !prints.has(printOf(step)));
  return (
    unseen &&
    `it would now ${unseen.action} the ${unseen.kind} \`${unseen.name}\`, which nobody reviewed`
  );
}
