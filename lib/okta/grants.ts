/**
 * Grant types of OAuth as Okta names them. Source: Okta Management API, schema `GrantType`; RFC
 * 6749, 7522, 7523, 8628, 8693; OpenID Connect CIBA.
 */

/**
 * Grants that hand no passwords, no assertions of others and no tokens around. Any other is loose
 * until the map names it, also one that Okta adds one day.
 */
const SOUND: readonly string[] = ['authorization_code', 'refresh_token', 'client_credentials'];

export const isLoose = (grant: string): boolean => !SOUND.includes(grant);

/** A machine asks for itself: there is no user that a rule or an assignment could exclude. */
export const hasUser = (grant: string): boolean => grant !== 'client_credentials';

/** Whether a refresh token may come with the access token. */
export const isRefreshed = (grant: string): boolean => hasUser(grant) && grant !== 'implicit';
