/** Functions as they are deployed: bundle and model in a folder; and yardsticks, bundled alike. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { type BuildOptions, buildSync } from 'esbuild';
import { packModel } from '../../lambda/core/model/packed-model.ts';
import { AccessMap } from '../../lib/access-map/index.ts';
import { metricsFile, planMetrics } from '../../lib/watch/metric-plan.ts';
import { AUDIENCE, CLIENT, groupName } from './loopback.ts';

export type StoreClient = 'light' | 'sdk';

const { bundleLambda, lambdaBuildOptions } = createRequire(import.meta.url)(
  '../../scripts/bundle-lambda.cjs',
) as {
  bundleLambda(
    entry: string,
    client?: StoreClient,
  ): readonly { path: string; contents: Uint8Array }[];
  lambdaBuildOptions(entry: string, client?: StoreClient): BuildOptions;
};
const project = resolve(import.meta.dirname, '../..');

export interface Assets {
  /** The authorizer with a map; returns the file to import. */
  authorizer(map: string, client?: StoreClient): string;
  /** A file of bench/yardsticks; `cjs` loads faster and cannot wait at its start. */
  yardstick(name: string, format: 'cjs' | 'esm', client?: StoreClient): string;
  /** A module without anything. */
  empty(): string;
  remove(): void;
}

export function makeAssets(): Assets {
  const folder = mkdtempSync(join(tmpdir(), 'bench-assets-'));
  const newFolder = (): string => mkdtempSync(join(folder, 'asset-'));
  return {
    authorizer(map, client) {
      const asset = newFolder();
      for (const { path, contents } of bundleLambda(
        join(project, 'lambda/authorizer/index.ts'),
        client,
      )) {
        mkdirSync(dirname(join(asset, path)), { recursive: true });
        writeFileSync(join(asset, path), contents);
      }
      writeFileSync(join(asset, 'access-model.json'), modelText(map));
      return join(asset, 'index.mjs');
    },
    yardstick(name, format, client) {
      const outdir = newFolder();
      const options = lambdaBuildOptions(join(project, `bench/yardsticks/${name}.ts`), client);
      const commonJs = { format, splitting: false, outExtension: { '.js': '.cjs' } };
      buildSync({ ...options, ...(format === 'cjs' && commonJs), outdir, write: true });
      return join(outdir, format === 'cjs' ? 'index.cjs' : 'index.mjs');
    },
    empty() {
      const file = join(newFolder(), 'index.mjs');
      writeFileSync(file, 'export {};\n');
      return file;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export function modelText(text: string): string {
  const { map, problems } = AccessMap.checkText(text, 'bench.yaml');
  if (!map) throw new Error(`the map of the benchmark: ${JSON.stringify(problems[0])}`);
  const metrics = metricsFile(planMetrics(map.model));
  return JSON.stringify(packModel({ ...map.model, rules: map.ruleTable, ...metrics }));
}

/** @param quota the body of the quota `standard`, which every group has; absent: no quotas. */
export const ordersMap = (issuer: string, quota?: string): string => `
api: { name: orders, kind: rest, cache: off, upstream: { url: https://orders.example.com } }
okta: { issuer: ${issuer}, audience: ${AUDIENCE}, clients: [${CLIENT}] }
routes:
  - GET /orders
  - POST /orders
  - GET /orders/{id}
  - DELETE /orders/{id}
  - GET /reports/{year}
  - GET /health
permissions:
  orders:read: [GET /orders, "GET /orders/{id}"]
  orders:write: [POST /orders, "DELETE /orders/{id}"]
${quota === undefined ? '' : `quotas: { standard: ${quota} }`}
groups:
${Array.from({ length: 100 }, (_, n) => groupLine(n, quota !== undefined)).join('\n')}
`;

function groupLine(n: number, hasQuota: boolean): string {
  const permission = n < 2 ? 'orders:read' : 'orders:write';
  return `  ${groupName(n)}: { allow: [${permission}]${hasQuota ? ', quota: standard' : ''} }`;
}

const windowOf = (more: string): string => `{ limit: 1000000000, per: minute, by: user${more} }`;
export const QUOTA = { exact: windowOf(''), leased: windowOf(', accuracy: leased') } as const;
