/** Plans apps. */
import { code } from '../access-map/report/problems.ts';
import { appDifferences } from './app-differences.ts';
import { APP_SHAPES, appCreation, appUpdateBody } from './app-shapes.ts';
import { givenNames } from './desired.ts';
import type { DesiredApp, DesiredOrg } from './desired-org.ts';
import { ownersAfter, ownersIn, withOwners } from './ownership.ts';
import { planAssignments } from './plan-assignments.ts';
import {
  differences,
  doing,
  finding,
  joined,
  leaving,
  NOTHING,
  type PlanPart,
  partOf,
} from './plan-part.ts';
import { activation, ownersChange, removal, update } from './plan-steps.ts';
import { appRef, type References } from './references.ts';
import type { AppState, OrgState } from './state.ts';
import { type PlanStep, ref } from './step.ts';

/** Apps, and their assignment to groups. */
export function planApps(desired: DesiredOrg, state: OrgState, references: References): PlanPart {
  const labels = new Set(desired.apps.map(({ label }) => label));
  const given = givenNames(desired);
  const unwanted = state.apps.filter(({ label }) => !labels.has(label));
  return joined(
    ...desired.apps.map((app) => planApp(app, desired, state, references)),
    partOf({ dropped: unwanted.flatMap((app) => dropApp(app, given)) }),
  );
}

function planApp(
  app: DesiredApp,
  desired: DesiredOrg,
  state: OrgState,
  references: References,
): PlanPart {
  const { label } = app;
  const named = state.apps.filter((candidate) => candidate.label === label);
  const [existing, second] = named;
  if (second) {
    const text = `${named.length} apps have the label ${code(label)}: rename one in Okta, or choose another label`;
    return finding('blocks', 'APP_LABEL_AMBIGUOUS', text);
  }
  return joined(
    existing ? planExisting(app, existing, desired) : planCreation(app),
    planAssignments(app, existing, { desired, state, references }),
  );
}

/** What remains to be done after the creation of an app. */
function planCreation(app: DesiredApp): PlanPart {
  const { label, type, groups, authMethod } = app;
  const keyless = `app ${code(label)} must authenticate by \`private_key_jwt\`, and the map names no key. Add the key in the Admin Console. If Okta makes no app without one, make the app there, and name its client id under \`okta.clients\``;
  const nobody = `app ${code(label)} is assigned to nobody, since the map has no groups: give it \`groups: [Everyone]\`, or Okta refuses every user`;
  return joined(
    doing(appCreation(app)),
    authMethod === 'private_key_jwt' ? finding('warns', 'APP_WITHOUT_KEY', keyless) : NOTHING,
    type !== 'service' && groups.length === 0
      ? finding('warns', 'APP_WITHOUT_GROUPS', nobody)
      : NOTHING,
  );
}

function planExisting(app: DesiredApp, existing: AppState, desired: DesiredOrg): PlanPart {
  const reference = appRef(app.label);
  const ids = new Map([
    [reference, existing.clientId],
    [`${reference}#id`, existing.id],
  ]);
  const isOurs = ownersIn(existing.notes) !== undefined;
  return joined(
    partOf({ ids, foreign: isOurs ? [] : [reference] }),
    isOurs ? planOwn(app, existing, desired) : planForeign(app, existing, desired),
  );
}

function typeFault(
  { label, type }: DesiredApp,
  { applicationType: found }: AppState,
): PlanPart | undefined {
  const { applicationType } = APP_SHAPES[type];
  if (found === applicationType) return undefined;
  const text = `app ${code(label)} has the type ${code(found)}, expected \`${applicationType}\`: Okta cannot change it, choose another label`;
  return finding('blocks', 'APP_TYPE', text);
}

/** Apps with that label may belong to others: only a client id in the map identifies the app. */
function planForeign(app: DesiredApp, existing: AppState, desired: DesiredOrg): PlanPart {
  const { label, maps } = app;
  const policies = desired.servers
    .flatMap((server) => server.policies)
    .filter(({ map }) => maps.includes(map));
  if (!policies.some(({ clients }) => clients !== 'any' && clients.includes(existing.clientId))) {
    const text = `app ${code(label)} (${existing.clientId}) is not managed by this tool: to use it, give its client id under \`okta.clients\`, else choose another label`;
    return finding('blocks', 'APP_FOREIGN', text);
  }
  const fault = typeFault(app, existing);
  if (fault) return fault;
  const differs = appDifferences(app, existing).map(({ what }) => what);
  const text = `app ${code(label)} is not managed by this tool and is left unchanged: its ${differs.join(' and ')} differ`;
  return joined(
    differs.length > 0 ? finding('warns', 'APP_FOREIGN_DIFFERS', text) : NOTHING,
    leaving('app', label, 'is not managed by this tool'),
  );
}

function planOwn(app: DesiredApp, existing: AppState, desired: DesiredOrg): PlanPart {
  const { label, maps } = app;
  const fault = typeFault(app, existing);
  if (fault) return fault;
  const given = givenNames(desired);
  const owners = ownersIn(existing.notes) ?? [];
  const changes = appDifferences(app, existing);
  const others = owners.filter((owner) => !given.includes(owner));
  if (changes.length > 0 && others.length > 0) {
    const what = changes.map((change) => change.what).join(' and ');
    const text = `app ${code(label)} has another ${what} for ${others.map(code).join(', ')}: give all its maps together, or choose another label`;
    return finding('blocks', 'APP_SHARED_DIFFERS', text);
  }
  const after = ownersAfter(owners, given, maps);
  const all = [...differences({ maps: [owners, after] }), ...changes];
  const isActive = existing.status !== 'INACTIVE';
  if (all.length === 0 && isActive) return leaving('app', label, 'is as wanted');
  const target = { kind: 'app', name: label } as const;
  const path = ['/api/v1/apps/', ref(`${appRef(label)}#id`)];
  const body = appUpdateBody(app, existing, after);
  return doing(
    ...(all.length > 0 ? [update(target, path, body, all)] : []),
    ...(isActive ? [] : [activation(target, path)]),
  );
}

/** An app that another map still wants is released, not removed. */
function dropApp(
  { id, label, notes, status }: AppState,
  given: readonly string[],
): readonly PlanStep[] {
  const owners = ownersIn(notes) ?? [];
  if (!owners.some((map) => given.includes(map))) return [];
  const target = { kind: 'app', name: label } as const;
  const path = [`/api/v1/apps/${id}`];
  const rest = ownersAfter(owners, given, []);
  if (rest.length === 0) return removal(target, path, status);
  const body = { settings: { notes: { admin: withOwners(notes, rest) } } };
  return [update(target, path, body, ownersChange(owners, rest))];
}
