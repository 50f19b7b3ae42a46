export type { Answer, Quota, QuotaWindow } from './answer.ts';
export type { Method, Permission, Register, Route } from './names.ts';
export {
  createPermissions,
  type Permissions,
  type PermissionsOptions,
  type PermissionsState,
  type Status,
} from './permissions.ts';
export type { QuotaState } from './quota.ts';
export type { Refusal } from './refusal.ts';
