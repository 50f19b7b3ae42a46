/**
 * The list of revoked tokens and what a hub says of itself, written out as tables, templates and
 * secrets in use have it. test/contract.test.ts compares it with the contract.
 */
export const userSubject = (uid: string): string => `user:${uid}`;
export const userClientSubject = (uid: string, cid: string): string => `user-client:${uid} ${cid}`;
export const clientSubject = (cid: string): string => `client:${cid}`;
export const groupSubject = (name: string): string => `group:${name}`;

export const HEARTBEAT_SORT_KEY = '2#heartbeat';
