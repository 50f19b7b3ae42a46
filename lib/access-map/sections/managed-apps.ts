/** Reads `okta.manage.apps`: the apps (OAuth clients) that `okta apply` sets up. */
import {
  at,
  type Cursor,
  choice,
  has,
  is,
  items,
  type Report,
  text,
  texts,
} from '../report/cursor.ts';
import { code } from '../report/problems.ts';
import type { ManageInput } from './okta-section.ts';

export type AppType = 'spa' | 'native' | 'web' | 'service';

export interface ManagedApp {
  readonly label: string;
  readonly type: AppType;
  readonly redirectUris: readonly string[];
  /** Groups that are assigned to the app, by their names in the map, or `Everyone`. */
  readonly groups: readonly string[];
  /** How it authenticates at the token endpoint; absent: left to Okta after its creation. */
  readonly authMethod?: string;
  /** Grant types; absent: left to Okta after its creation. */
  readonly grants?: readonly string[];
  /** Whether a code needs PKCE; absent: left to Okta after its creation. */
  readonly pkce?: boolean;
}

type App = NonNullable<ManageInput['apps']>[number];

/** @param groups names of the block's groups: assigned to every app that lists none */
export function readApps(
  cursor: Cursor<readonly App[]>,
  groups: readonly string[],
  report: Report,
): readonly ManagedApp[] {
  const labels = new Set<string>();
  return items(cursor).flatMap((app): readonly ManagedApp[] => {
    const label = text(at(app, 'label'));
    const type = choice(at(app, 'type'), ['spa', 'native', 'web', 'service']);
    if (label === undefined || type === undefined) return [];
    if (labels.has(label))
      report.error('VALUE_DUPLICATE', app.pointer, {
        expected: 'each label once',
        found: `${code(label)} again`,
      });
    labels.add(label);
    const redirectUris = readRedirectUris(app, type, report);
    const own = texts(at(app, 'groups')).map(([name]) => name);
    const assigned = own.length > 0 ? own : groups;
    const groupsOfApp = type === 'service' ? [] : assigned;
    return [{ label, type, redirectUris, groups: groupsOfApp, ...readClient(app, type, report) }];
  });
}

/** A browser keeps no secret, and what has no user has no code to protect. */
function readClient(
  app: Cursor<App>,
  type: AppType,
  report: Report,
): Pick<ManagedApp, 'authMethod' | 'grants' | 'pkce'> {
  const authMethod = text(at(app, 'authMethod'));
  const grants = texts(at(app, 'grants')).map(([grant]) => grant);
  const pkce = is(at(app, 'pkce'), true);
  if (type === 'spa' && authMethod !== undefined && authMethod !== 'none')
    report.error('VALUE_INVALID', at(app, 'authMethod').pointer, {
      expected: '`none` for an app of type `spa`, which keeps no secret',
      found: code(authMethod),
    });
  return {
    ...(authMethod === undefined ? {} : { authMethod }),
    ...(grants.length === 0 ? {} : { grants }),
    ...(has(app, 'pkce') ? { pkce } : {}),
  };
}

function readRedirectUris(app: Cursor<App>, type: AppType, report: Report): readonly string[] {
  const cursor = at(app, 'redirectUris');
  const uris = texts(cursor);
  if (type === 'service') {
    if (uris.length > 0)
      report.error(
        'KEY_CONFLICT',
        cursor.pointer,
        { expected: 'no `redirectUris`', found: 'an app of type `service`' },
        'key',
      );
    return [];
  }
  if (uris.length === 0) {
    report.error('KEY_MISSING', app.pointer, {
      expected: 'the key `redirectUris`',
      found: `an app of type \`${type}\` without it`,
    });
  }
  for (const [uri, { pointer }] of uris) {
    const web = /^https?:$/.test(URL.canParse(uri) ? new URL(uri).protocol : '');
    const wrong =
      !URL.canParse(uri) || uri.includes('*') || uri.includes('#') || (type !== 'native' && !web);
    if (wrong)
      report.error('VALUE_INVALID', pointer, {
        expected: 'a whole URL without `*` and fragment',
        found: code(uri),
      });
  }
  return uris.map(([uri]) => uri);
}

/** `orders-web` of `app:orders-web`; nothing for a client id. */
export const appLabel = (client: string): string | undefined =>
  client.startsWith('app:') ? client.slice(4).trim() : undefined;
