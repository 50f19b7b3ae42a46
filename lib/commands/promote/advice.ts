/** What helps where the map alone cannot. */

import type { Refusal } from '../../../lambda/core/contract/codes.ts';
import { hasBit } from '../../../lambda/core/model/bits.ts';
import { code } from '../../access-map/report/problems.ts';
import type { RefusedCalls } from '../../audit-log/refused-calls.ts';
import { explanationOf } from '../../verdicts/code-explanations.ts';
import { type NearestGroup, nearestGroup } from '../../verdicts/nearest-group.ts';
import { principalOf } from '../../verdicts/principals.ts';
import { pluralize } from '../shell/io.ts';
import type { ProposalContext } from './proposal-context.ts';

export function adviceFor(row: RefusedCalls, { model }: ProposalContext): string {
  const { code: found, kind, machine, route } = row;
  switch (found) {
    case 'GROUPS_MISSING':
    case 'GROUP_NOT_ALLOWED':
      return kind === 'user'
        ? groupAdvice(row, model)
        : hashedOr(machine, 'nothing allows the route to the machine');
    case 'CLIENT_UNMAPPED':
      return hashedOr(machine, explanationOf({ code: found, reason: row.reason } as Refusal).says);
    case 'SCOPE_MISSING': {
      const index = model.routeIndex.get(route) ?? -1;
      const names = model.permissions
        .filter(({ routes }) => hasBit(routes, index))
        .map(({ name }) => code(name));
      return names.length === 0
        ? 'the route is in no permission, so that no token can ask for it: put it into one'
        : `the tokens did not ask for ${names.join(' or ')}: let the app ask for it as a scope`;
    }
    case 'QUOTA_EXCEEDED':
      return 'see the limits above';
    case 'ROUTE_UNMAPPED':
      return 'the map does not have the route: add it to the inventory, and to a group of its callers';
    default: {
      const { says, fix } = explanationOf({ code: found, reason: row.reason } as Refusal);
      return fix === undefined ? says : `${says}: ${fix}`;
    }
  }
}

const hashedOr = (machine: string | undefined, says: string): string =>
  machine === undefined
    ? 'the client id is hashed in the records, so that the machine cannot be named here'
    : says;

/** Records count groups that the map does not have, and do not name them. */
function groupAdvice(
  { route, groups, block, unmappedGroups }: RefusedCalls,
  model: ProposalContext['model'],
): string {
  const nearest = nearestGroup(model, principalOf(model, { groups, block }), route);
  const assign = nearest === undefined ? 'no single group would allow it' : assignmentTo(nearest);
  return unmappedGroups
    ? `their tokens carry groups that the map does not have: add one of these to \`groups\`, or ${assign}`
    : `their tokens carry no groups: ${assign}`;
}

function assignmentTo({ name, furtherRoutes }: NearestGroup): string {
  const assign = `assign them to ${code(name)} in Okta`;
  return furtherRoutes.length === 0
    ? assign
    : `${assign}, which allows them ${pluralize(furtherRoutes.length, 'further route')}`;
}
