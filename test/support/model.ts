import { emptyRow, rowToHex, setBit } from '../../lambda/core/model/bits.ts';
import { parseModel } from '../../lambda/core/model/load-model.ts';
import type { AccessModel } from '../../lambda/core/model/model.ts';
import type { ModelFile, QuotaFile } from '../../lambda/core/model/model-file.ts';

interface GrantsSketch {
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
  readonly quota?: string;
}

/** A model in the words of a test: routes by key, everything else optional. */
export interface ModelSketch {
  readonly routes: readonly string[];
  readonly public?: readonly string[];
  readonly signedIn?: readonly string[];
  readonly groups?: Readonly<Record<string, GrantsSketch>>;
  readonly everyone?: GrantsSketch;
  readonly conflicts?: readonly {
    readonly groups: readonly string[];
    readonly routes: readonly string[];
  }[];
  readonly machines?: Readonly<
    Record<string, GrantsSketch & { readonly groups?: readonly string[] }>
  >;
  readonly permissions?: Readonly<Record<string, readonly string[]>>;
  readonly quotas?: readonly (Partial<QuotaFile> & Pick<QuotaFile, 'name' | 'windows'>)[];
  readonly scopes?: ModelFile['scopes'];
  readonly okta?: Partial<ModelFile['okta'][number]>;
  /** Blocks after the first. */
  readonly moreOkta?: readonly Partial<ModelFile['okta'][number]>[];
  readonly blocked?: Partial<ModelFile['blocked']>;
  readonly audit?: NonNullable<ModelFile['audit']>;
}

export const ISSUER = 'https://acme.okta.com/oauth2/aus1abc';

const OKTA: ModelFile['okta'][number] = {
  issuers: [ISSUER],
  audience: 'api://orders',
  clients: ['0oa1web'],
  groupsClaims: ['groups'],
  groupPrefix: '',
  maxClockSkewSeconds: 60,
  maxTokenLifetimeSeconds: 86_400,
};

export function rowOf(all: readonly string[], chosen: readonly string[] = []): string {
  const row = emptyRow(Math.ceil(all.length / 32));
  for (const route of chosen) {
    if (!all.includes(route)) throw new Error(`the test's model has no route ${route}`);
    setBit(row, all.indexOf(route));
  }
  return rowToHex(row);
}

export function modelFile(sketch: ModelSketch): ModelFile {
  const row = (chosen?: readonly string[]) => rowOf(sketch.routes, chosen);
  const grants = (from: GrantsSketch) => ({
    allow: row(from.allow),
    deny: row(from.deny),
    ...(from.quota !== undefined && { quota: from.quota }),
  });
  return {
    format: 1,
    version: '0123456789abcdef',
    name: 'orders',
    kind: 'http',
    unauthorized: 'throw',
    scopes: sketch.scopes ?? 'groups',
    okta: [
      { ...OKTA, ...sketch.okta },
      ...(sketch.moreOkta ?? []).map((block) => ({ ...OKTA, ...block })),
    ],
    blocked: { users: [], clients: [], tokens: [], ...sketch.blocked },
    routes: sketch.routes.map((key) => ({ key })),
    public: row(sketch.public),
    signedIn: row(sketch.signedIn),
    groups: Object.entries(sketch.groups ?? {}).map(([name, from]) => ({ name, ...grants(from) })),
    ...(sketch.everyone && { everyone: grants(sketch.everyone) }),
    ...(sketch.conflicts && {
      conflicts: sketch.conflicts.map(({ groups, routes }) => ({ groups, routes: row(routes) })),
    }),
    machines: Object.entries(sketch.machines ?? {}).map(([cid, from]) => ({
      cid,
      groups: from.groups ?? [],
      ...grants(from),
    })),
    permissions: Object.entries(sketch.permissions ?? {}).map(([name, routes]) => ({
      name,
      routes: row(routes),
    })),
    quotas: (sketch.quotas ?? []).map((quota) => ({
      by: 'user',
      accuracy: 'exact',
      onStoreFailure: 'deny',
      onExceeded: 'refuse',
      ...quota,
    })),
    ...(sketch.audit && { audit: sketch.audit }),
  };
}

export const model = (sketch: ModelSketch): AccessModel =>
  parseModel(JSON.parse(JSON.stringify(modelFile(sketch))));
