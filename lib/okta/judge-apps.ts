/**
 * Judges the clients of a map by strictness: tighter than what we would create is silent, looser is
 * an error until the map names it.
 */
import { code } from '../access-map/report/problems.ts';
import { APP_SHAPES } from './app-shapes.ts';
import type { Client } from './clients.ts';
import { unjudgedFields } from './judged-fields.ts';
import { textAt, valueAt } from './org.ts';
import type { AppState } from './state.ts';
import { error, type VerifyFinding, warning } from './verify-finding.ts';

/** Ways to prove a client, the weakest first. */
const AUTH_METHODS: readonly string[] = [
  'none',
  'client_secret_post',
  'client_secret_basic',
  'client_secret_jwt',
  'private_key_jwt',
];

/** Grants that hand passwords or tokens around. */
export const LOOSE_GRANTS: readonly string[] = ['password', 'implicit'];

/** @returns nothing for a client whose app the org does not list */
export function judgeClient(client: Client): readonly VerifyFinding[] {
  const { app } = client;
  if (!app) return [];
  return [
    ...judgeState(client, app),
    ...judgeMethod(client, app),
    ...judgeKeys(client, app),
    ...judgeGrants(client, app),
    ...judgeRedirects(client, app),
    ...unjudgedFields('app', app.json).map((field) =>
      error(`app ${code(app.label)} has ${code(field)}, which is not judged`, field),
    ),
  ];
}

function judgeState({ shown }: Client, app: AppState): readonly VerifyFinding[] {
  const findings: VerifyFinding[] = [];
  if (app.status !== 'ACTIVE' && app.status !== '')
    findings.push(error(`app ${code(shown)} is not active: its client gets no token`));
  if (app.isDpopBound)
    findings.push(
      error(
        `client ${code(shown)} gets tokens that are bound to a key (DPoP, \`dpop_bound_access_tokens\`), which the authorizer does not accept yet: let it call through a client of its own for this API`,
      ),
    );
  if (app.inlineHook !== '')
    findings.push(
      error(
        `app ${code(shown)} has the inline hook ${code(app.inlineHook)}, which may change its tokens`,
        'app.settings.inlineHookId',
      ),
    );
  if (app.implicitAssignment)
    findings.push(
      warning(
        `app ${code(shown)} is for everybody, whatever groups it is assigned to`,
        'app.settings.implicitAssignment',
      ),
    );
  return findings;
}

function judgeMethod({ shown, wanted }: Client, app: AppState): readonly VerifyFinding[] {
  const { authMethod: method, applicationType } = app;
  const usual = Object.values(APP_SHAPES).find(
    (shape) => shape.applicationType === applicationType,
  );
  const least = wanted?.authMethod ?? usual?.method ?? 'none';
  const rank = (one: string): number => AUTH_METHODS.indexOf(one);
  const findings: VerifyFinding[] = [];
  const isStale = wanted?.authMethod !== undefined && rank(method) >= 0;
  if (method !== '' && !isStale && rank(method) < rank(least) && !arePeers(method, least))
    findings.push(
      error(
        `app ${code(shown)} proves itself by ${code(method)}, weaker than ${code(least)}: strengthen it in Okta, or name it as \`authMethod\``,
        'app.credentials.oauthClient.token_endpoint_auth_method',
      ),
    );
  if (
    applicationType !== 'service' &&
    applicationType !== '' &&
    !app.pkce &&
    wanted?.pkce === undefined
  )
    findings.push(
      error(
        `app ${code(shown)} needs no PKCE: require it in Okta, or name \`pkce\``,
        'app.credentials.oauthClient.pkce_required',
      ),
    );
  return findings;
}

/** A secret is a secret, in the header or in the body. */
const arePeers = (one: string, other: string): boolean =>
  [one, other].every((method) => /^client_secret_(?:basic|post)$/.test(method));

/** A map names no keys. A client that proves itself by a key has some; any other needs none. */
function judgeKeys({ shown }: Client, app: AppState): readonly VerifyFinding[] {
  const keys = valueAt(app.json, 'settings', 'oauthClient', 'jwks', 'keys');
  const uri = textAt(app.json, 'settings', 'oauthClient', 'jwks_uri');
  const tell = app.authMethod === 'private_key_jwt' ? warning : error;
  const findings: VerifyFinding[] = [];
  if (Array.isArray(keys) && keys.length > 0)
    findings.push(
      tell(
        `app ${code(shown)} takes keys of its client (${keys.map((key) => code(textAt(key, 'kid'))).join(', ')}): whoever has one may be the client, which is not judged`,
        'app.settings.oauthClient.jwks',
      ),
    );
  if (uri !== '')
    findings.push(
      error(
        `app ${code(shown)} takes the keys of its client from ${code(uri)}: whoever serves that may be the client, which is not judged`,
        'app.settings.oauthClient.jwks_uri',
      ),
    );
  return findings;
}

function judgeGrants({ shown, wanted }: Client, app: AppState): readonly VerifyFinding[] {
  if (wanted?.grants !== undefined) return [];
  const usual = wanted ? APP_SHAPES[wanted.type].grants : [];
  const loose = app.grantTypes.filter(
    (grant) => LOOSE_GRANTS.includes(grant) && !usual.includes(grant),
  );
  if (loose.length === 0) return [];
  return [
    error(
      `app ${code(shown)} may use ${loose.map(code).join(', ')}: take it away in Okta, or name it as \`grants\` of the app`,
      'app.settings.oauthClient.grant_types',
    ),
  ];
}

function judgeRedirects({ shown }: Client, app: AppState): readonly VerifyFinding[] {
  if (app.wildcardRedirect === '' || app.wildcardRedirect === 'DISABLED') return [];
  return [
    error(
      `app ${code(shown)} takes redirect URIs with wildcards: whoever has a host that matches gets its codes`,
      'app.settings.oauthClient.wildcard_redirect',
    ),
  ];
}
