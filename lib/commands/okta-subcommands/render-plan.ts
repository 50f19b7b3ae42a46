/** A plan as text: what will be created, changed, replaced, left, and what contradicts the map. */
import { isObject } from '../../../lambda/core/json/json-object.ts';
import type { Json } from '../../okta/org.ts';
import { isBlocked, type Plan } from '../../okta/plan.ts';
import type { Finding } from '../../okta/plan-part.ts';
import type { Change, PlanStep, Template } from '../../okta/step.ts';
import { escapeControls, type Io, paint, pluralize, type Style } from '../shell/io.ts';

const SIGNS: Readonly<Record<PlanStep['action'], readonly [sign: string, style: Style]>> = {
  create: ['+', 'green'],
  assign: ['+', 'green'],
  activate: ['~', 'yellow'],
  update: ['~', 'yellow'],
  deactivate: ['~', 'yellow'],
  delete: ['-', 'red'],
  unassign: ['-', 'red'],
  verify: ['~', 'yellow'],
};

export function planLines(
  plan: Plan,
  io: Io,
  { prune = false }: { readonly prune?: boolean } = {},
): readonly string[] {
  const { steps, left, findings, dropped } = plan;
  return [
    ...steps.flatMap((step) => stepLines(step, io)),
    ...left.map(({ kind, name, why }) =>
      paint(io, 'dim', `  = leave ${kind} ${escapeControls(name)} (${escapeControls(why)})`),
    ),
    ...dropped.flatMap((step) =>
      stepLines(step, io, prune ? '' : ' (the maps dropped it; stays without --prune)'),
    ),
    ...findings.map((finding) => findingLine(finding, io)),
    ...whyIds(plan),
    '',
    summary(plan),
  ];
}

function stepLines(step: PlanStep, io: Io, why = ''): readonly string[] {
  const [sign, style] = step.replaces ? (['-/+', 'red'] as const) : SIGNS[step.action];
  const action = step.replaces ? `replace: ${step.action}` : step.action;
  return [
    paint(io, style, `  ${sign} ${action} ${step.kind} ${escapeControls(step.name)}${why}`),
    ...step.changes.map(
      (change) => `      ${change.what}: ${changeText(change)}${endless(change.what, change.to)}`,
    ),
    ...restOfBody(step),
  ];
}

/** What else the request sends, so that a reviewer sees all of it. */
function restOfBody({ action, changes, request: { body = {} } }: PlanStep): readonly string[] {
  if (['activate', 'deactivate', 'verify'].includes(action)) return [];
  const shownValues = new Set(changes.map(({ to }) => shown(to)));
  const rest = leavesOf(body, '').filter(([, value]) => !shownValues.has(shown(value)));
  return rest.map(([path, value]) => {
    const name = path.split('.').slice(-2).join('.');
    return `      sends ${name}: ${shown(value)}${endless(path, value)}`;
  });
}

/** What 0 means for Okta is not what it looks like. */
const endless = (path: string, value: Json): string =>
  path.endsWith('refreshTokenLifetimeMinutes') && value === 0 ? ' (no end)' : '';

/** References and group expressions: as changes, or by the name of what the plan makes. */
function leavesOf(value: Template, path: string): readonly (readonly [string, Json])[] {
  if (isObject<Template>(value)) {
    if (Object.keys(value).some((key) => key.startsWith('$'))) return [];
    return Object.entries(value).flatMap(([key, inner]) =>
      leavesOf(inner, path === '' ? key : `${path}.${key}`),
    );
  }
  return Array.isArray(value) && value.some((item) => isObject(item))
    ? value.flatMap((item: Template) => leavesOf(item, path))
    : [[path, value as Json]];
}

function changeText({ from, to }: Change): string {
  if (Array.isArray(from) && Array.isArray(to)) {
    const added = to.filter((item) => !from.includes(item)).map((item) => `+ ${shown(item)}`);
    const removed = from.filter((item) => !to.includes(item)).map((item) => `- ${shown(item)}`);
    return [...added, ...removed].join(', ') || 'in another order';
  }
  return from === undefined ? shown(to) : `${shown(from)} -> ${shown(to)}`;
}

function shown(value: Json): string {
  if (Array.isArray(value)) return value.map(shown).join(', ');
  return escapeControls(typeof value === 'string' ? value : JSON.stringify(value));
}

function findingLine({ level, text: raw }: Finding, io: Io): string {
  const text = escapeControls(raw);
  if (level === 'blocks') return paint(io, 'red', `  ! ${text}`);
  if (level === 'faults') return paint(io, 'red', `  ! not in order: ${text}`);
  return level === 'warns' ? paint(io, 'yellow', `  ! warning: ${text}`) : `  i ${text}`;
}

function whyIds({ steps, left }: Plan): readonly string[] {
  const claim =
    steps.some(({ kind }) => kind === 'claim') || left.some(({ kind }) => kind === 'claim');
  return claim
    ? [
        '  i groups claim: an expression over group ids, since a directory can import a group of any name, and an id cannot be taken',
      ]
    : [];
}

function summary({ steps, dropped, findings }: Plan): string {
  const replaced = steps.filter(({ replaces, action }) => replaces && action === 'create').length;
  const count = (...actions: readonly PlanStep['action'][]): number =>
    steps.filter((step) => !step.replaces && actions.includes(step.action)).length;
  const contradictions = findings.filter(({ level }) => level !== 'notes').length;
  const tail = [
    ...(dropped.length > 0
      ? [
          `${pluralize(new Set(dropped.map(({ kind, name }) => `${kind} ${name}`)).size, 'object')} dropped by the maps`,
        ]
      : []),
    ...(contradictions > 0 ? [`${pluralize(contradictions, 'finding')} against the map`] : []),
  ];
  const changes = count('update', 'activate', 'deactivate', 'delete', 'unassign', 'verify');
  const all = `Plan: ${count('create', 'assign')} to create, ${changes} to change, ${replaced} to replace`;
  // Steps that a contradiction has kept out of the plan are none that the org does not need.
  const none = isBlocked({ findings })
    ? 'No plan: fix what is marked with `!` first'
    : unchanged(findings);
  return [steps.length === 0 ? none : all, ...tail].join('; ');
}

const unchanged = (findings: readonly Finding[]): string =>
  findings.some(({ level }) => level === 'faults')
    ? 'No changes to write, but the org is not in order'
    : 'No changes: the org is as the maps say';
