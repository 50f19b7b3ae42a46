/**
 * What the caller of an API may do, for buttons, pages and quota meters.
 * @module okta-group-authorizer-client
 */
export type { Allowance, Reason, Wanted } from './allowance.ts';
export type { Answer, Quota, QuotaWindow } from './answer.ts';
export type { Permissions } from './caller-permissions.ts';
export type { Method, ParamsOf, Permission, Register, Route } from './names.ts';
export { createPermissions, type PermissionsOptions } from './permissions.ts';
export type { PermissionsState, Status } from './permissions-state.ts';
export type { QuotaState } from './quota.ts';
export type { Refusal } from './refused.ts';
