/**
 * The list of revoked tokens and what a hub says of itself, written out as tables, templates and
 * secrets in use have it. test/contract.test.ts compares it with the contract.
 */
import type { DeployedHub, HookSecret } from '../../../lambda/core/contract/hub.ts';

export const userSubject = (uid: string): string => `user:${uid}`;
export const userClientSubject = (uid: string, cid: string): string => `user-client:${uid} ${cid}`;
export const clientSubject = (cid: string): string => `client:${cid}`;
export const groupSubject = (name: string): string => `group:${name}`;

export const HEARTBEAT_SORT_KEY = '2#heartbeat';

/** What the outputs of a stack say of its hubs. */
export const hubsIn = (outputs: Readonly<Record<string, string>>): readonly DeployedHub[] =>
  Object.entries(outputs)
    .filter(([id]) => /RevocationHub[0-9A-F]{8}$/.test(id))
    .map(([, value]) => JSON.parse(value) as DeployedHub);

/** The secret that Okta sends with its deliveries. */
export const hookSecretIn = (text: string): HookSecret => JSON.parse(text) as HookSecret;
