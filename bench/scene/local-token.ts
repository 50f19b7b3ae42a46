import { CLIENT, groupName } from './loopback.ts';

/** A token of the local issuer for a member of the map's first group. */
export async function localToken(issuer: string): Promise<string> {
  const form = { grant_type: 'password', username: `${groupName(0)}@example.com`, password: 'x' };
  const answer = await fetch(`${issuer}/v1/token`, {
    method: 'POST',
    body: new URLSearchParams({ ...form, scope: 'openid', client_id: CLIENT }),
  });
  return String(((await answer.json()) as { readonly access_token?: unknown }).access_token);
}
