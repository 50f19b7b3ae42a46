/** The recipes of docs/how-to/okta-recipes.md, and the server that somebody has made by hand. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LocalOrg } from '../../../local/okta-org/org-server.ts';

/** The recipes of the page, as they stand there. */
const page = readFileSync(join(__dirname, '../../../docs/how-to/okta-recipes.md'), 'utf8');
export const RECIPES = [...page.matchAll(/^```(yaml|sh) recipe=(\S+)\n([\s\S]*?)^```$/gm)].map(
  ([, kind, name, text = '']) => ({ kind, name, text }),
);
export const recipeText = (name: string, kind: string): string =>
  RECIPES.find((block) => block.name === name && block.kind === kind)?.text ?? '';

/** What somebody has clicked together, and nothing that carries a mark of ours. */
export async function byHand(org: LocalOrg): Promise<Readonly<Record<string, string>>> {
  const call = async (path: string, body: unknown): Promise<string> => {
    const response = await fetch(`${org.url}/api/v1${path}`, {
      method: 'POST',
      headers: { authorization: 'SSWS x', 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return ((await response.json()) as { readonly id: string }).id;
  };
  const server = await call('/authorizationServers', {
    name: 'traefik',
    description: 'by hand',
    audiences: ['api://orders'],
  });
  const below = `/authorizationServers/${server}`;
  await call(`${below}/claims`, {
    name: 'groups',
    claimType: 'RESOURCE',
    valueType: 'GROUPS',
    group_filter_type: 'REGEX',
    value: '.*',
  });
  const client = await call('/apps', {
    name: 'oidc_client',
    label: 'traefik',
    signOnMode: 'OPENID_CONNECT',
    credentials: { oauthClient: { token_endpoint_auth_method: 'client_secret_basic' } },
    settings: {
      oauthClient: {
        application_type: 'native',
        redirect_uris: ['com.example.orders:/callback'],
        grant_types: ['authorization_code', 'password', 'implicit', 'refresh_token'],
        response_types: ['code', 'id_token', 'token'],
      },
    },
  });
  const [everyone = ''] = org.store.groups.keys();
  org.store.assignments.get(client)?.add(everyone);
  const policy = await call(`${below}/policies`, {
    type: 'OAUTH_AUTHORIZATION_POLICY',
    name: 'all clients',
    description: 'everybody',
    priority: 1,
    conditions: { clients: { include: ['ALL_CLIENTS'] } },
  });
  await call(`${below}/policies/${policy}/rules`, {
    type: 'RESOURCE_ACCESS',
    name: 'default',
    priority: 1,
    conditions: {
      people: { groups: { include: ['EVERYONE'] } },
      grantTypes: {
        include: ['authorization_code', 'client_credentials', 'implicit', 'password'],
      },
      scopes: { include: ['*'] },
    },
    actions: { token: { accessTokenLifetimeMinutes: 60 } },
  });
  return { SERVER: server, CLIENT: client };
}
