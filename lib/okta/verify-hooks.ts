/** Whether the hooks of the org bring what the hubs of the maps need. */
import { code } from '../access-map/report/problems.ts';
import type { DesiredHook, DesiredOrg } from './desired-org.ts';
import { existingHook, missingEvents } from './plan-hooks.ts';
import type { HookState, OrgState } from './state.ts';
import { error, type VerifyFinding, warning } from './verify-finding.ts';

export const verifyHooks = (
  { hooks: wanted = [] }: DesiredOrg,
  { hooks = [] }: OrgState,
): readonly VerifyFinding[] =>
  wanted.flatMap((hook) => verifyHook(hook, existingHook(hook, hooks)));

function verifyHook(
  { uri, maps }: DesiredHook,
  hook: HookState | undefined,
): readonly VerifyFinding[] {
  const of = maps.map(code).join(', ');
  if (uri === undefined)
    return [
      warning(
        'HUB_ABSENT',
        `the hub of revoked tokens of ${of} was not found: whether a hook of Okta calls it is not known`,
      ),
    ];
  if (!hook) return [error('HOOK_ABSENT', `no event hook calls the hub of ${of}: apply the map`)];
  const missing = missingEvents(hook);
  const name = `event hook ${code(hook.name)}`;
  return [
    ...(hook.uri === uri
      ? []
      : [error('HOOK_ADDRESS', `${name} calls another address than the hub: apply the map`)]),
    ...(hook.status === 'ACTIVE'
      ? []
      : [error('HOOK_INACTIVE', `${name} is not active: it delivers no event`)]),
    ...(hook.isVerified
      ? []
      : [error('HOOK_UNVERIFIED', `${name} is not verified: it delivers no event`)]),
    ...(missing.length === 0
      ? []
      : [error('HOOK_WITHOUT_EVENTS', `${name} lacks ${missing.join(', ')}: apply the map`)]),
    ...(hook.filtered.length === 0
      ? []
      : [
          error(
            'HOOK_FILTERED',
            `${name} has filters on ${hook.filtered.join(', ')}, which may hold events back`,
          ),
        ]),
  ];
}
