/**
 * Plans the event hooks that tell hubs whose tokens are revoked: one a hub, however many maps share
 * it. The secret is a reference, which an apply fills in: no plan holds it.
 */
import { SECRET_HEADER } from '../../lambda/core/contract/hub.ts';
import { OKTA_EVENT_TYPES } from '../../lambda/core/revocation/okta-events.ts';
import { code } from '../access-map/report/problems.ts';
import { givenNames } from './desired.ts';
import type { DesiredHook, DesiredOrg } from './desired-org.ts';
import { ownedBy, ownersAfter, ownersIn, withOwners } from './ownership.ts';
import {
  differences,
  doing,
  finding,
  joined,
  leaving,
  type PlanPart,
  partOf,
} from './plan-part.ts';
import { activation, removal, update } from './plan-steps.ts';
import { hookRef, hookSecretRef } from './references.ts';
import type { HookState, OrgState } from './state.ts';
import { type Path, type PlanStep, ref } from './step.ts';

/** Source: Okta, "Event hooks": active and verified ones of an org. */
const MAX_HOOKS = 25;

export function planHooks(desired: DesiredOrg, { hooks = [] }: OrgState): PlanPart {
  const given = givenNames(desired);
  const wanted = desired.hooks ?? [];
  const found = wanted.map((hook) => ({ hook, existing: existingHook(hook, hooks) }));
  const kept = new Set(found.flatMap(({ existing }) => existing?.id ?? []));
  // Without any hook that is known to be wanted, hooks of ours may be those of a hub not found.
  const left = wanted.some(({ uri }) => uri === undefined) ? [] : hooks;
  return joined(
    ...found.map(({ hook, existing }) => planHook(hook, existing, { given, hooks })),
    partOf({ dropped: left.flatMap((hook) => (kept.has(hook.id) ? [] : dropHook(hook, given))) }),
  );
}

/** The hook that calls the hub, or one of ours that called it at another address. */
export const existingHook = (
  { uri, maps }: DesiredHook,
  hooks: readonly HookState[],
): HookState | undefined =>
  uri === undefined
    ? undefined
    : (hooks.find((hook) => hook.uri === uri) ??
      hooks.find(({ description }) => maps.every((map) => ownersIn(description)?.includes(map))));

/** Events that the hub needs and the hook does not bring. */
export const missingEvents = ({ events }: HookState): readonly string[] =>
  OKTA_EVENT_TYPES.filter((type) => !events.includes(type));

interface Around {
  readonly given: readonly string[];
  readonly hooks: readonly HookState[];
}

function planHook(
  hook: DesiredHook,
  existing: HookState | undefined,
  { given, hooks }: Around,
): PlanPart {
  const { uri, maps } = hook;
  if (uri === undefined)
    return finding(
      'faults',
      'HUB_ABSENT',
      `the hub of revoked tokens of ${maps.map(code).join(', ')} is not deployed in this account and Region: deploy first, then apply; where another tool or account has it, set \`OKTA_HOOK_URL\``,
    );
  if (existing) return planExisting({ ...hook, uri }, existing, given);
  const active = hooks.filter(({ status }) => status === 'ACTIVE').length;
  if (active >= MAX_HOOKS)
    return finding(
      'blocks',
      'HOOK_LIMIT',
      `the org has ${active} active event hooks, and Okta allows ${MAX_HOOKS}: deactivate one that nobody needs`,
    );
  return doing(creation(uri, maps), verification(uri, [ref(hookRef(uri))]));
}

type FoundHook = DesiredHook & { readonly uri: string };

function planExisting(hook: FoundHook, existing: HookState, given: readonly string[]): PlanPart {
  const { uri, maps } = hook;
  const owners = ownersIn(existing.description);
  if (!owners)
    return missingEvents(existing).length === 0 && isLive(existing)
      ? leaving('event hook', existing.name, 'exists')
      : finding('faults', 'HOOK_FOREIGN', foreignHook(existing));
  const after = ownersAfter(owners, given, maps);
  const changes = differences({
    address: [existing.uri, uri],
    events: [existing.events, OKTA_EVENT_TYPES],
    header: [existing.header.toLowerCase(), SECRET_HEADER],
    maps: [owners, after],
  });
  const target = { kind: 'event hook', name: existing.name } as const;
  const steps = [
    ...(changes.length === 0
      ? []
      : [
          update(
            target,
            pathOf(existing),
            {
              ...contentOf(uri),
              name: existing.name,
              description: withOwners(existing.description, after),
            },
            changes,
          ),
        ]),
    ...(existing.status === 'ACTIVE' ? [] : [activation(target, pathOf(existing))]),
    // A change of the channel takes the verification away, and our change writes the secret again.
    ...(changes.length === 0 && existing.isVerified ? [] : [verification(uri, pathOf(existing))]),
  ];
  return steps.length === 0 ? leaving('event hook', existing.name, 'is ours') : doing(...steps);
}

const isLive = ({ status, isVerified }: HookState): boolean => status === 'ACTIVE' && isVerified;

function foreignHook(existing: HookState): string {
  const missing = missingEvents(existing);
  const whats = [
    ...(missing.length === 0 ? [] : [`lacks ${missing.join(', ')}`]),
    ...(existing.status === 'ACTIVE' ? [] : ['is not active']),
    ...(existing.isVerified ? [] : ['is not verified']),
  ];
  return `event hook ${code(existing.name)} calls the hub, does not carry our mark, and ${whats.join(' and ')}: fix that, or write ${code(ownedBy('MAP'))} into its description`;
}

const HOOKS = '/api/v1/eventHooks';
const pathOf = ({ id }: HookState): Path => [`${HOOKS}/${id}`];

/** `okta-group-authorizer abcdefg`: the first part of a function URL's host is its id. */
const nameOf = (uri: string): string =>
  `okta-group-authorizer ${new URL(uri).hostname.split('.')[0]}`;

const contentOf = (uri: string) => ({
  events: { type: 'EVENT_TYPE', items: OKTA_EVENT_TYPES },
  channel: {
    type: 'HTTP',
    version: '1.0.0',
    config: {
      uri,
      headers: [],
      authScheme: { type: 'HEADER', key: 'Authorization', value: ref(hookSecretRef(uri)) },
    },
  },
});

const creation = (uri: string, maps: readonly string[]): PlanStep => ({
  action: 'create',
  kind: 'event hook',
  name: nameOf(uri),
  changes: [
    { what: 'address', to: uri },
    { what: 'events', to: OKTA_EVENT_TYPES },
  ],
  request: {
    method: 'POST',
    path: [HOOKS],
    body: { ...contentOf(uri), name: nameOf(uri), description: ownedBy(...maps) },
  },
  gives: hookRef(uri),
});

/** Writes another secret: that changes the channel, which is verified again. */
export const rotation = (uri: string, existing: HookState): readonly PlanStep[] => [
  update(
    { kind: 'event hook', name: existing.name },
    pathOf(existing),
    { channel: contentOf(uri).channel },
    [],
  ),
  verification(uri, pathOf(existing)),
];

/** Okta calls the receiver once; the step fails where it does not answer. */
function verification(uri: string, path: Path): PlanStep {
  const at: Path = path.some((part) => typeof part !== 'string') ? [`${HOOKS}/`, ...path] : path;
  return {
    action: 'verify',
    kind: 'event hook',
    name: nameOf(uri),
    changes: [],
    request: { method: 'POST', path: [...at, '/lifecycle/verify'] },
  };
}

/** A hook that another map still wants is released, not removed. */
function dropHook(existing: HookState, given: readonly string[]): readonly PlanStep[] {
  const owners = ownersIn(existing.description) ?? [];
  if (!owners.some((map) => given.includes(map))) return [];
  const rest = ownersAfter(owners, given, []);
  return rest.length > 0
    ? []
    : removal({ kind: 'event hook', name: existing.name }, pathOf(existing), existing.status);
}
