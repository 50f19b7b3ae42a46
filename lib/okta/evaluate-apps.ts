/**
 * Evaluates the clients of a map by strictness: tighter than what we would create is silent, looser
 * is an error until the map names it.
 */
import { code } from '../access-map/report/problems.ts';
import { shapeOf } from './app-shapes.ts';
import { type Client, lacksCode, lacksKey } from './clients.ts';
import { unevaluatedFields } from './evaluated-fields.ts';
import { textAt, valueAt } from './org.ts';
import { ownersIn } from './ownership.ts';
import type { AppState } from './state.ts';
import {
  error,
  findingOf,
  type UnevaluatedFinding,
  type VerifyFinding,
  warning,
} from './verify-finding.ts';

/** Ways to prove a client, the weakest first. */
const AUTH_METHODS: readonly string[] = [
  'none',
  'client_secret_post',
  'client_secret_basic',
  'client_secret_jwt',
  'private_key_jwt',
];

/** @returns nothing for a client whose app the org does not list */
export function evaluateClient(client: Client): readonly VerifyFinding[] {
  const { app } = client;
  if (!app) return [];
  return [
    ...evaluateState(client, app),
    ...evaluateMethod(client, app),
    ...compareCode(client, app),
    ...evaluateKeys(client, app),
    ...evaluateGrants(client, app),
    ...evaluateRedirects(client, app),
    ...unknownFields(app),
  ];
}

/** What may change the tokens of a client, and is not evaluated. */
export const unevaluatedOfApp = ({ shown, app }: Client): readonly UnevaluatedFinding[] =>
  app ? [...evaluateHook(shown, app), ...unknownFields(app)] : [];

const unknownFields = ({ label, json }: AppState): readonly UnevaluatedFinding[] =>
  unevaluatedFields('app', json).map((field) =>
    error('FIELD_UNJUDGED', `app ${code(label)} has ${code(field)}, which is not evaluated`, field),
  );

const evaluateHook = (shown: string, { inlineHook }: AppState): readonly UnevaluatedFinding[] =>
  inlineHook === ''
    ? []
    : [
        error(
          'APP_INLINE_HOOK',
          `app ${code(shown)} has the inline hook ${code(inlineHook)}, which may change its tokens`,
          'app.settings.inlineHookId',
        ),
      ];

function evaluateState({ shown }: Client, app: AppState): readonly VerifyFinding[] {
  const findings: VerifyFinding[] = [];
  if (app.status !== 'ACTIVE' && app.status !== '')
    findings.push(
      error('APP_INACTIVE', `app ${code(shown)} is not active: its client gets no token`),
    );
  if (app.isDpopBound)
    findings.push(
      error(
        'APP_DPOP',
        `client ${code(shown)} gets tokens that are bound to a key (DPoP, \`dpop_bound_access_tokens\`), which the authorizer does not accept yet: let it call through a client of its own for this API`,
      ),
    );
  findings.push(...evaluateHook(shown, app));
  if (app.implicitAssignment)
    findings.push(
      warning(
        'APP_FOR_EVERYBODY',
        `app ${code(shown)} is for everybody, whatever groups it is assigned to`,
        'app.settings.implicitAssignment',
      ),
    );
  return findings;
}

/** What the map names of an app of ours is set right by an apply. */
const isApplied = (app: AppState, named: unknown): boolean =>
  named !== undefined && ownersIn(app.notes) !== undefined;

function evaluateMethod({ shown, wanted }: Client, app: AppState): readonly VerifyFinding[] {
  const { authMethod: method, applicationType } = app;
  const least = wanted?.authMethod ?? shapeOf(app)?.method ?? 'none';
  const rank = (one: string): number => AUTH_METHODS.indexOf(one);
  const isWeaker = rank(method) < rank(least) && !arePeers(method, least);
  const hasCode = applicationType !== 'service' && applicationType !== '';
  const needsPkce = wanted?.pkce ?? true;
  return [
    ...(method !== '' && isWeaker && !isApplied(app, wanted?.authMethod)
      ? [
          error(
            'APP_AUTH_METHOD',
            `app ${code(shown)} authenticates by ${code(method)}, weaker than ${code(least)}: strengthen it in Okta, or name it as \`authMethod\``,
          ),
        ]
      : []),
    ...(hasCode && !app.pkce && needsPkce && !isApplied(app, wanted?.pkce)
      ? [
          error(
            'APP_WITHOUT_PKCE',
            `app ${code(shown)} needs no PKCE: require it in Okta, or name \`pkce\``,
          ),
        ]
      : []),
  ];
}

function compareCode({ shown, grants }: Client, app: AppState): readonly VerifyFinding[] {
  const asks = grants.includes(CODE) && app.grantTypes.includes(CODE);
  if (!asks || !lacksCode(app)) return [];
  return [
    error(
      'APP_RESPONSE_TYPE',
      `app ${code(shown)} takes no response type \`code\`, so it gets no token by ${code(CODE)}: add it in Okta`,
    ),
  ];
}

/** A secret in the header is as strong as one in the body. */
const arePeers = (one: string, other: string): boolean =>
  [one, other].every((method) => /^client_secret_(?:basic|post)$/.test(method));

const CODE = 'authorization_code';

/** A map names no keys. A client that authenticates by a key has some; any other needs none. */
function evaluateKeys({ shown }: Client, app: AppState): readonly VerifyFinding[] {
  const keys = valueAt(app.json, 'settings', 'oauthClient', 'jwks', 'keys');
  const uri = textAt(app.json, 'settings', 'oauthClient', 'jwks_uri');
  const toFinding = findingOf(app.authMethod === 'private_key_jwt' ? 'warning' : 'error');
  const findings: VerifyFinding[] = [];
  if (lacksKey(app))
    findings.push(
      error(
        'APP_WITHOUT_KEY',
        `app ${code(shown)} authenticates by a key and has none: it gets no token, add its key in Okta`,
      ),
    );
  if (Array.isArray(keys) && keys.length > 0)
    findings.push(
      toFinding(
        'APP_KEYS_UNJUDGED',
        `app ${code(shown)} accepts keys of its client (${keys.map((key) => code(textAt(key, 'kid'))).join(', ')}): anybody with one of them can act as the client, which is not evaluated`,
        'app.settings.oauthClient.jwks',
      ),
    );
  if (uri !== '')
    findings.push(
      error(
        'APP_KEYS_URI',
        `app ${code(shown)} reads the keys of its client from ${code(uri)}: anybody who controls that address can act as the client, which is not evaluated`,
        'app.settings.oauthClient.jwks_uri',
      ),
    );
  return findings;
}

/** Every grant that an app of its type does not need is one more way to a token. */
function evaluateGrants(
  { shown, wanted, grants }: Client,
  app: AppState,
): readonly VerifyFinding[] {
  if (isApplied(app, wanted?.grants)) return [];
  const usual = wanted?.grants ?? [...(shapeOf(app)?.grants ?? []), ...grants, 'refresh_token'];
  const loose = app.grantTypes.filter((grant) => !usual.includes(grant));
  if (loose.length === 0) return [];
  return [
    error(
      'APP_GRANT_UNNAMED',
      `app ${code(shown)} may use ${loose.map(code).join(', ')}: remove it in Okta, or name it as \`grants\` of the app`,
    ),
  ];
}

function evaluateRedirects({ shown }: Client, app: AppState): readonly VerifyFinding[] {
  if (app.wildcardRedirect === '' || app.wildcardRedirect === 'DISABLED') return [];
  return [
    error(
      'APP_REDIRECT_WILDCARD',
      `app ${code(shown)} accepts redirect URIs with wildcards: anybody with a host that matches gets its codes`,
      'app.settings.oauthClient.wildcard_redirect',
    ),
  ];
}
