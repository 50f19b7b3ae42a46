/** Authorization servers with their scopes, claims, policies and rules as resources. */
import type { HclTemplate } from '../hcl/hcl-values.ts';
import { GROUPS_PER_CLAIM } from './claim-filter.ts';
import { claimNames } from './claim-names.ts';
import { givenNames } from './desired.ts';
import type { DesiredOrg } from './desired-org.ts';
import { serverFor } from './find-server.ts';
import { withoutMark } from './ownership.ts';
import type { OrgState } from './state.ts';
import { childrenAsIs } from './terraform-as-is.ts';
import { below, type Context, isForeign } from './terraform-context.ts';
import { groupId } from './terraform-groups.ts';
import {
  childId,
  idOf,
  type Names,
  nameAllocator,
  type Resources,
  resource,
} from './terraform-names.ts';
import { neededPolicies } from './terraform-policies.ts';
import { verifyClaims } from './verify-claims.ts';

export const serverBlocks = (
  desired: DesiredOrg,
  state: OrgState,
  names: Names,
): readonly Resources[] =>
  desired.servers.flatMap((wanted) => {
    const existing = serverFor(wanted, state);
    const local = names.servers.get(wanted.name) ?? wanted.name;
    const type = existing?.isDefault ? 'okta_auth_server_default' : 'okta_auth_server';
    const serverId = idOf(type, local);
    const context = { wanted, existing, desired, state, names, local, serverId };
    const own = [
      serverResource(type, context),
      ...scopeResources(context),
      ...neededClaims(context),
      ...neededPolicies(context),
    ];
    if (!existing) return own;
    const labels = own.map(({ block }) => block.labels?.[1] ?? '');
    const take = nameAllocator(new Set(labels));
    const parent = {
      server: existing,
      serverId,
      take: (name: string) => take(`${local}_${name}`),
      given: givenNames(desired),
    };
    return [
      ...own,
      ...childrenAsIs(
        parent,
        own.flatMap(({ importId }) => importId ?? []),
      ),
    ];
  });

/** Claims of somebody else stay where they carry what the maps need. */
function neededClaims(context: Context): readonly Resources[] {
  const { existing: server, wanted, desired, state } = context;
  if (!server || !isForeign(context)) return claimResources(context);
  const findings = verifyClaims({ server, wanted, desired, state });
  const suffices = findings.every(({ level }) => level !== 'error');
  return suffices && wanted.idTokenGroups.length === 0 ? [] : claimResources(context);
}

function serverResource(type: string, { wanted, existing, local }: Context): Resources {
  const { audience, issuerMode } = wanted;
  const mode = issuerMode ?? existing?.issuerMode;
  const attributes = {
    name: existing?.name ?? wanted.name,
    description: withoutMark(existing?.description ?? '') || `access of ${wanted.name}`,
    audiences: [audience],
    ...(mode === undefined || mode === '' ? {} : { issuer_mode: mode }),
    status: 'ACTIVE',
  };
  return resource(type, local, attributes, existing?.isDefault ? 'default' : existing?.id);
}

/** Those that the server lacks: what is there is written as it is. */
const scopeResources = ({ wanted, existing, local, serverId }: Context): readonly Resources[] =>
  wanted.scopes
    .filter(({ name }) => !existing?.scopes.some((scope) => scope.name === name))
    .map(({ name }) =>
      resource('okta_auth_server_scope', below(local, name), {
        auth_server_id: serverId,
        name,
        description: `permission ${name}`,
        consent: 'IMPLICIT',
        metadata_publish: 'ALL_CLIENTS',
      }),
    );

function claimResources(context: Context): readonly Resources[] {
  const { wanted } = context;
  return [
    ...claimsOf('RESOURCE', wanted.groups, context),
    ...claimsOf('IDENTITY', wanted.idTokenGroups, context),
  ];
}

/** By ids, as many groups in a claim as Okta takes. */
function claimsOf(
  type: 'RESOURCE' | 'IDENTITY',
  groups: readonly string[],
  context: Context,
): readonly Resources[] {
  const { wanted, existing, local, serverId } = context;
  const count = Math.ceil(groups.length / GROUPS_PER_CLAIM);
  return claimNames(wanted.claims, count)
    .slice(0, count)
    .map((name, index) => {
      const part = groups.slice(index * GROUPS_PER_CLAIM, (index + 1) * GROUPS_PER_CLAIM);
      const found = existing?.claims.find(
        (claim) => claim.name === name && claim.claimType === type,
      );
      return resource(
        'okta_auth_server_claim',
        below(local, type === 'IDENTITY' ? `${name}_id_token` : name),
        {
          auth_server_id: serverId,
          name,
          claim_type: type,
          value_type: 'EXPRESSION',
          value: expressionOf(part, context),
          always_include_in_token: true,
          status: 'ACTIVE',
        },
        childId(existing, found?.id),
      );
    });
}

function expressionOf(groups: readonly string[], { names, state, desired }: Context): HclTemplate {
  const ids = groups.flatMap((group, index) => [
    index === 0 ? '"' : '", "',
    groupId(group, names, state, desired),
  ]);
  const list = groups.length === 0 ? [] : [...ids, '"'];
  return { parts: ['getFilteredGroups({', ...list, `}, "group.name", ${GROUPS_PER_CLAIM})`] };
}
