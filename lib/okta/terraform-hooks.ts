/** Event hooks as resources; their secrets are variables, which no file of ours holds. */
import { OKTA_EVENT_TYPES } from '../../lambda/core/revocation/okta-events.ts';
import { type HclBlock, reference } from '../hcl/hcl-values.ts';
import type { DesiredOrg } from './desired-org.ts';
import { existingHook } from './plan-hooks.ts';
import type { OrgState } from './state.ts';
import { idOf, type Resources, resource } from './terraform-names.ts';

export const hookBlocks = (
  { hooks: wanted = [] }: DesiredOrg,
  { hooks = [] }: OrgState,
): readonly Resources[] =>
  wanted.flatMap((hook, index) => {
    const { uri } = hook;
    if (uri === undefined) return [];
    const local = index === 0 ? 'revocation' : `revocation_${index + 1}`;
    const existing = existingHook(hook, hooks);
    const attributes = {
      name: existing?.name ?? 'okta-group-authorizer',
      events: OKTA_EVENT_TYPES,
      channel: { object: { type: 'HTTP', version: '1.0.0', uri } },
      auth: {
        object: {
          type: 'HEADER',
          key: 'Authorization',
          value: reference(`var.${local}_hook_secret`),
        },
      },
    };
    return [
      { block: secretVariable(`${local}_hook_secret`) },
      resource('okta_event_hook', local, attributes, existing?.id),
      resource('okta_event_hook_verification', local, {
        event_hook_id: idOf('okta_event_hook', local),
      }),
    ];
  });

const secretVariable = (name: string): HclBlock => ({
  type: 'variable',
  labels: [name],
  attributes: {
    type: reference('string'),
    sensitive: true,
    description: 'The member `current` of the secret of the hub in Secrets Manager',
  },
});
