/** What the server tells of the run (../setup.ts). */
export interface Cell {
  readonly rule: 'public' | 'signedIn' | 'allowed' | 'denied' | 'closed';
  readonly mode: 'enforce' | 'shadow';
  readonly gateway: 'allow' | 'deny' | 'anyToken' | 'anyone' | 'prior';
}

export interface ConsoleSetup {
  readonly name: string;
  readonly source: string;
  readonly mapVersion: string;
  readonly servedVersion: string;
  readonly gateway: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly scope: string;
  readonly permissionsPath?: string;
  readonly routes: readonly string[];
  readonly groups: readonly { readonly name: string; readonly cells: readonly Cell[] }[];
  readonly everyone?: readonly Cell[];
  readonly users: readonly {
    readonly login: string;
    readonly uid: string;
    readonly groups: readonly string[];
  }[];
}

export interface SeenCall {
  readonly requestId: string;
  readonly at: number;
  readonly status: number;
  readonly method: string;
  readonly path: string;
  readonly routeKey?: string;
  readonly record?: Readonly<Record<string, unknown>>;
}

type SeenRecord = SeenCall['record'];

/**
 * uid of the user whose call a record is of; nothing where the token was refused, and for machines.
 */
export function userIn(record: SeenRecord): unknown {
  const principal = record?.['principal'] as
    | { readonly kind?: unknown; readonly id?: unknown }
    | undefined;
  return principal?.kind === 'user' ? principal.id : undefined;
}

export const groupsIn = (record: SeenRecord): readonly string[] =>
  Array.isArray(record?.['groups']) ? record['groups'] : [];

export interface WhatIf {
  readonly effect: 'allow' | 'deny' | 'unknown';
  readonly cell: Cell;
  readonly code?: string;
  readonly sentence: string;
  readonly lines: readonly string[];
}

export async function askWhatIf(route: string, groups: readonly string[]): Promise<WhatIf> {
  const query = new URLSearchParams([['route', route], ...groups.map((group) => ['group', group])]);
  return (await fetch(`/api/what-if?${query}`)).json();
}

/** `GET /orders/{id}` as a call: parameters become a value. */
export const pathOf = (route: string): string =>
  (route.split(' ')[1] ?? '/').replaceAll(/\{[^}]+\}/g, '42').replace('$default', '/');

export const methodOf = (route: string): string => route.split(' ')[0] ?? 'GET';
