/**
 * The Okta side of maps as resources of the Okta provider for Terraform: the map stays the source,
 * and Terraform applies it. What exists is imported, unchanged where the map does not name it.
 */

import { code } from '../access-map/report/problems.ts';
import { type HclBlock, hclText, reference } from '../hcl/hcl-values.ts';
import type { DesiredOrg } from './desired-org.ts';
import { OktaError } from './okta-error.ts';
import { type Json, valueAt } from './org.ts';
import type { OrgState } from './state.ts';
import { appBlocks, originBlocks } from './terraform-apps.ts';
import { groupBlocks } from './terraform-groups.ts';
import { hookBlocks } from './terraform-hooks.ts';
import { namesOf, type Resources } from './terraform-names.ts';
import { serverBlocks } from './terraform-servers.ts';

const PROVIDER: HclBlock = {
  type: 'terraform',
  attributes: {},
  blocks: [
    {
      type: 'required_providers',
      attributes: { okta: { object: { source: 'okta/okta', version: '>= 4.20.0' } } },
    },
  ],
};

/** @throws OktaError for groups that a person has to tell apart. */
export function terraformOf(desired: DesiredOrg, state: OrgState): string {
  const names = namesOf(desired);
  const groups = groupBlocks(desired, state, names);
  if (groups.problems.length > 0)
    throw new OktaError('EXPORT_GROUPS_UNCLEAR', groups.problems.join('; '));
  return hclText([
    PROVIDER,
    ...[
      ...groups.resources,
      ...appBlocks(desired, state, names),
      ...originBlocks(desired, state, names),
      ...serverBlocks(desired, state, names),
      ...hookBlocks(desired, state),
    ].flatMap(withImport),
  ]);
}

/** Settings of apps that the provider has no attribute for, with the value that it leaves alone. */
const UNKNOWN_TO_PROVIDER: readonly (readonly [path: string, usual: readonly Json[]])[] = [
  ['settings.inlineHookId', ['']],
  ['settings.oauthClient.backchannel_token_delivery_mode', ['']],
  ['settings.oauthClient.dpop_bound_access_tokens', [false]],
  ['settings.oauthClient.frontchannel_logout_uri', ['']],
  ['settings.oauthClient.network.connection', ['', 'ANYWHERE']],
  ['settings.oauthClient.participate_slo', [false]],
  ['settings.oauthClient.request_object_signing_alg', ['']],
];

/** What the text cannot say of apps that exist: the provider may put it back. */
export const exportGaps = (desired: DesiredOrg, state: OrgState): readonly string[] =>
  desired.apps.flatMap(({ label }) => {
    const app = state.apps.find((candidate) => candidate.label === label);
    const set = UNKNOWN_TO_PROVIDER.flatMap(([path, usual]) => {
      const value = valueAt(app?.json, ...path.split('.')) ?? '';
      return value === '' || usual.includes(value) ? [] : [code(path)];
    });
    return set.length === 0
      ? []
      : [
          `app ${code(label)} has ${set.join(', ')}, which version 4.20 of the provider does not know: compare after the first apply`,
        ];
  });

/** Source: Terraform 1.5, `import` blocks. */
const withImport = ({ block, importId }: Resources): readonly HclBlock[] => [
  ...(importId === undefined
    ? []
    : [
        {
          type: 'import',
          attributes: { to: reference((block.labels ?? []).join('.')), id: importId },
        },
      ]),
  block,
];
