/**
 * Grant types of OAuth as Okta names them. Source: Okta Management API, schema `GrantType`; RFC
 * 6749, 7522, 7523, 8628, 8693; OpenID Connect CIBA.
 */

/**
 * Grants without passwords, assertions of others or exchanged tokens. Every other grant is loose
 * until the map names it, also one that Okta adds later.
 */
const SOUND: readonly string[] = ['authorization_code', 'refresh_token', 'client_credentials'];

export const isLoose = (grant: string): boolean => !SOUND.includes(grant);

/** A machine acts for itself: there is no user whom a rule or an assignment could exclude. */
export const hasUser = (grant: string): boolean => grant !== 'client_credentials';

/** Whether a refresh token may come with the access token. */
export const isRefreshed = (grant: string): boolean => hasUser(grant) && grant !== 'implicit';
