/** What `okta verify --as` says of a user: tokens by client, and the routes that they may call. */
import type { Cell } from '../../../lambda/core/decision/cell.ts';
import { parseModel } from '../../../lambda/core/model/load-model.ts';
import type { UnevaluatedClaim, UserView } from '../../okta/as-user.ts';
import type { ClientView } from '../../okta/client-view.ts';
import { cellsFor, cellText, effectOf, shadowNote } from '../../verdicts/cells.ts';
import { escapeControls } from '../shell/io.ts';
import type { ManagedMap } from './session.ts';

export interface AllowedRoutes {
  readonly map: string;
  /** What each client of the map gets for the user. */
  readonly clients: readonly ClientView[];
  /** As the token would carry them for sure. */
  readonly groups: readonly string[];
  /** Claims that may add groups, which cannot be evaluated from here. */
  readonly unjudged: readonly string[];
  readonly unjudgedClaims: readonly UnevaluatedClaim[];
  /** Routes that the gateway allows, those in shadow mode included. */
  readonly routes: readonly string[];
  /** Routes in shadow mode: what the rules say of them, and what the gateway does. */
  readonly shadow: readonly (Cell & { readonly route: string })[];
}

const getsTokens = ({ clients }: Pick<AllowedRoutes, 'clients'>): boolean =>
  clients.some(({ tokens }) => tokens.length > 0);

export const userObject = (
  { login, uid, status }: UserView,
  computed: readonly AllowedRoutes[],
) => ({ login, uid, status, tokens: computed.some(getsTokens), computed });

/** The authorizer's own arithmetic, fed with the groups that the token would carry. */
export function allowedRoutesOf(
  { map: { model }, side }: ManagedMap,
  view: UserView,
): AllowedRoutes {
  const { map: name, block, groupPrefix: prefix } = side;
  const found = view.servers.find(({ map }) => map === name);
  const { groups: carried = [], unjudged = [], unjudgedClaims = [], clients = [] } = found ?? {};
  const head = { map: name, clients, groups: carried, unjudged, unjudgedClaims };
  if (!getsTokens(head)) return { ...head, routes: [], shadow: [] };
  const groups = carried
    .filter((group) => group.startsWith(prefix))
    .map((group) => group.slice(prefix.length));
  const cellOf = cellsFor(parseModel(model), { groups, block });
  const cells = model.routes.map(({ key }) => ({ route: key, ...cellOf(key) }));
  return {
    ...head,
    routes: cells.filter((cell) => effectOf(cell) === 'allow').map(({ route }) => route),
    shadow: cells.filter((cell) => shadowNote(cell) !== undefined),
  };
}

export function userLines(
  { login, uid, status, signsIn }: UserView,
  allowedByMap: readonly AllowedRoutes[],
): readonly string[] {
  const who = `${escapeControls(login)} (${escapeControls(status.toLowerCase())})`;
  const id = `  uid: ${escapeControls(uid)}`;
  if (!signsIn)
    return [
      '',
      `${who}: Okta gives no token to a user of this status; earlier tokens are valid until they expire, unless \`blocked\` in the map lists the uid`,
      id,
    ];
  return [
    '',
    `${who}, computed from assignment, rules, groups and claims, no token was made:`,
    ...allowedByMap.flatMap(allowedLines),
    id,
  ];
}

const allowedLines = (allowed: AllowedRoutes): readonly string[] => {
  const { map, clients, unjudged, routes, shadow } = allowed;
  if (!getsTokens(allowed)) return [`  ${map}: no token`, ...clients.flatMap(clientLines)];
  return [
    `  ${map}: groups ${escapeControls(groupsText(allowed))}`,
    ...unjudged.map(
      (claim) =>
        `    not evaluated: what the claim ${escapeControls(claim)} adds, which may allow and deny routes`,
    ),
    ...clients.flatMap(clientLines),
    ...routes.map((route) => `    may call ${route}`),
    ...shadow.map((cell) => `    ${cell.route}: ${cellText(cell)}`),
  ];
};

/** No group is known for sure. Where a claim is not evaluated, the token may still have groups. */
function groupsText({ groups, unjudged }: AllowedRoutes): string {
  if (groups.length > 0) return groups.join(', ');
  return unjudged.length === 0 ? 'none' : 'not evaluated';
}

function clientLines({ client, tokens, unjudged, why = '' }: ClientView): readonly string[] {
  if (tokens.length === 0) return [escapeControls(`    no token by ${client}: ${why}`)];
  const each = tokens.map(
    ({ grant, rule, minutes, scopes }) =>
      `${grant} (rule ${rule}, ${minutes} minutes, scopes ${scopes.join(' ')})`,
  );
  return [
    `    a token by ${client}: ${each.join(', ')}`,
    ...unjudged.map((text) => `      not evaluated: ${text}`),
  ].map(escapeControls);
}
