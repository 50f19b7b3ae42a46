/**
 * Objects as Okta completes them: what a creation leaves out still has a value, and every
 * answer holds it. Held against answers of real orgs by test/local/okta-org/contract.test.ts.
 */

import { isObject } from '../../lambda/core/json/json-object.ts';
import type { Entity } from './org-store.ts';

export type Json = Readonly<Record<string, unknown>>;

export const objectAt = (json: Json, key: string): Json => {
  const value = json[key];
  return isObject(value) ? value : {};
};

export const listAt = (json: Json, key: string): readonly unknown[] => {
  const value = json[key];
  return Array.isArray(value) ? value : [];
};

/** Times are alike in every run. */
export const TIMES = {
  created: '2026-01-01T00:00:00.000Z',
  lastUpdated: '2026-01-01T00:00:00.000Z',
};
const ROTATED = { lastRotated: TIMES.created, nextRotation: '2026-04-01T00:00:00.000Z' };

/** @param made what the org says of the server: id, issuer, whether it is the default one */
export const serverShape = (body: Json, made: Json): Entity => ({
  description: '',
  issuerMode: 'ORG_URL',
  status: 'ACTIVE',
  ...TIMES,
  default: false,
  ...body,
  credentials: { signing: { kid: 'key-of-the-server', rotationMode: 'AUTO', ...ROTATED } },
  ...made,
  id: String(made['id']),
});

export const policyShape = (entity: Entity): Entity => ({
  status: 'ACTIVE',
  description: '',
  system: false,
  ...TIMES,
  ...entity,
});

export function ruleShape(entity: Entity): Entity {
  const conditions = objectAt(entity, 'conditions');
  const people = objectAt(conditions, 'people');
  const token = objectAt(objectAt(entity, 'actions'), 'token');
  return {
    status: 'ACTIVE',
    system: false,
    ...TIMES,
    ...entity,
    conditions: {
      ...conditions,
      people: { ...people, users: { exclude: [], ...objectAt(people, 'users') } },
      grantTypes: { include: listAt(objectAt(conditions, 'grantTypes'), 'include') },
      scopes: { include: listAt(objectAt(conditions, 'scopes'), 'include') },
    },
    actions: {
      token: {
        accessTokenLifetimeMinutes: 60,
        refreshTokenLifetimeMinutes: 0,
        refreshTokenWindowMinutes: 10_080,
        ...token,
      },
    },
  };
}

export const claimShape = (entity: Entity): Entity => ({
  status: 'ACTIVE',
  claimType: 'RESOURCE',
  system: false,
  alwaysIncludeInToken: true,
  apiResourceId: null,
  ...entity,
  conditions: { scopes: listAt(objectAt(entity, 'conditions'), 'scopes') },
});

export const scopeShape = (entity: Entity): Entity => ({
  displayName: entity['name'],
  description: '',
  system: false,
  metadataPublish: 'NO_CLIENTS',
  consent: 'IMPLICIT',
  optional: false,
  apiResourceId: null,
  default: false,
  ...entity,
});

export function groupRuleShape(entity: Entity): Entity {
  const conditions = objectAt(entity, 'conditions');
  const people = objectAt(conditions, 'people');
  return {
    type: 'group_rule',
    ...TIMES,
    allGroupsValid: true,
    ...entity,
    conditions: {
      ...conditions,
      people: {
        users: { exclude: listAt(objectAt(people, 'users'), 'exclude') },
        groups: { exclude: listAt(objectAt(people, 'groups'), 'exclude') },
      },
    },
  };
}

export const originShape = (entity: Entity): Entity => ({
  status: 'ACTIVE',
  ...TIMES,
  createdBy: '00u1administrator',
  lastUpdatedBy: '00u1administrator',
  ...entity,
});

const scopesOfProfile = ['profile', 'email', 'address', 'phone'];

/** Claims of ID tokens that every server has, each with the scope that asks for it. */
const IDENTITY_CLAIMS: readonly (readonly [name: string, scope: string, always: boolean])[] = [
  ['middle_name', 'profile', false],
  ['zoneinfo', 'profile', false],
  ['website', 'profile', false],
  ['updated_at', 'profile', false],
  ['profile', 'profile', false],
  ['preferred_username', 'profile', true],
  ['picture', 'profile', false],
  ['phone_number', 'phone', false],
  ['nickname', 'profile', false],
  ['name', 'profile', true],
  ['locale', 'profile', false],
  ['given_name', 'profile', false],
  ['gender', 'profile', false],
  ['family_name', 'profile', false],
  ['email_verified', 'email', false],
  ['email', 'email', true],
  ['birthdate', 'profile', false],
  ['address', 'address', false],
];

/** Scopes that every server has. */
const STANDARD_SCOPES = ['openid', ...scopesOfProfile, 'offline_access', 'device_sso'];

export const systemScopes = (newId: (prefix: string) => string): readonly Entity[] =>
  STANDARD_SCOPES.map((name) =>
    scopeShape({ id: newId('scp'), name, system: true, metadataPublish: 'ALL_CLIENTS' }),
  );

export const systemClaims = (newId: (prefix: string) => string): readonly Entity[] => [
  claimShape({
    id: newId('ocl'),
    name: 'sub',
    claimType: 'RESOURCE',
    valueType: 'EXPRESSION',
    value: '(appuser != null) ? appuser.userName : app.clientId',
    system: true,
  }),
  ...IDENTITY_CLAIMS.map(([name, scope, alwaysIncludeInToken]) =>
    claimShape({
      id: newId('ocl'),
      name,
      claimType: 'IDENTITY',
      valueType: 'SYSTEM',
      conditions: { scopes: [scope] },
      system: true,
      alwaysIncludeInToken,
    }),
  ),
];
