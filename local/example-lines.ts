/** What `npm start` suggests to try, ready to paste into a shell. */
import type { AccessMap } from '../lib/access-map/index.ts';
import { clientApp } from './client-app.ts';
import type { Example } from './example-calls.ts';
import { shellWord } from './shell-word.ts';

interface Examples {
  readonly map: AccessMap;
  readonly example: Example;
  /** URL of the API. */
  readonly gateway: string;
  readonly issuer: string;
  /** Else it is one that exists, whose users and passwords are not known. */
  readonly isLocal: boolean;
}

const COMMAND = 'npx okta-group-authorizer';

/** The option `--map`, where the map is not the one that commands read by default. */
export const mapArgument = ({ source }: Pick<AccessMap, 'source'>): string =>
  source === 'access.yaml' ? '' : ` --map ${shellWord(source)}`;

export function exampleLines(examples: Examples): readonly string[] {
  const { map, example, gateway, issuer, isLocal } = examples;
  const of = `--issuer ${shellWord(issuer)}${mapArgument(map)}`;
  const whose = isLocal ? `the token of ${example.login}` : 'the token';
  // Users of another issuer are unknown.
  const to = isLocal ? '' : ` to members of ${example.groups.join(', ') || 'no group'} alone`;
  return [
    ...tokenLines(examples),
    ...example.calls.map(
      ({ says, method, path }) => `  ${curl(method, `${gateway}${path}`)}   # ${says}${to}`,
    ),
    ...explainLines(examples),
    `  echo "$TOKEN" | ${COMMAND} token - ${of}   # what ${whose} may call`,
    `  ${COMMAND} login ${of}${loginArguments(examples)} --open   # a token by signing in`,
  ];
}

function tokenLines({ map, example, issuer, isLocal }: Examples): readonly string[] {
  if (!isLocal) return ['  TOKEN=...   # an access token of the issuer you named'];
  const { clientId, scopes } = clientApp(map);
  const form = ['grant_type=password', `username=${example.login}`, 'password=x'];
  return [
    `  TOKEN=$(curl -s ${issuer}/v1/token ${form.map(formArgument).join(' ')} \\`,
    `    ${[`scope=${scopes.join(' ')}`, `client_id=${clientId}`].map(formArgument).join(' ')} | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')`,
  ];
}

/** What means something else in a form is encoded by curl. */
const formArgument = (field: string): string =>
  /^\w+=[\w@:.-]*$/.test(field) ? `-d ${field}` : `--data-urlencode ${shellWord(field)}`;

function explainLines({ map, example: { calls } }: Examples): readonly string[] {
  const refused = calls.find(({ says }) => says === 'refused');
  if (refused === undefined) return [];
  const route = shellWord(`${refused.method} ${refused.template}`);
  return [
    `  ${COMMAND} explain --route ${route}${mapArgument(map)}   # who may call it, and by which line`,
  ];
}

function loginArguments({ map, isLocal }: Examples): string {
  const { clientId, isNamed, scopes } = clientApp(map);
  // No client of another issuer is known.
  const client = isLocal ? clientId : 'CLIENT_ID';
  const named = isNamed ? [] : [` --client ${client}`];
  const asked = scopes.length > 1 ? scopes.map((name) => ` --scope ${shellWord(name)}`) : [];
  return [...named, ...asked].join('');
}

const curl = (method: string, url: string): string =>
  `curl -i${method === 'GET' ? '' : ` -X ${method}`} ${shellWord(url)} -H "Authorization: Bearer $TOKEN"`;
