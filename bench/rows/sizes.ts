/** Bytes of the authorizer's bundle, and what a large model adds to a cold start. */
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BUNDLE_BOUNDS_KB, bundleBytes } from '../../test/support/bundle-bytes.ts';
import { largeMap } from '../../test/support/large-map.ts';
import { modelText, ordersMap } from '../scene/assets.ts';
import { type ColdStart, coldStart, type FunctionSketch } from '../scene/functions.ts';
import { AUDIENCE, CLIENT, groupName } from '../scene/loopback.ts';
import { median, noiseOf } from '../side-by-side.ts';
import type { Bench, Row } from './row.ts';

export function sizeRows(): readonly Row[] {
  const { atStart, whole } = bundleBytes();
  const row = { comparedWith: 'KB', noise: 0 };
  return [
    {
      ...{ ...row, name: 'loaded at every start', goal: 60, before: '273' },
      ...{ bound: BUNDLE_BOUNDS_KB.atStart, value: atStart / 1_024 },
    },
    {
      ...{ ...row, name: 'whole asset', goal: 130, before: '476' },
      ...{ bound: BUNDLE_BOUNDS_KB.whole, value: whole / 1_024 },
    },
  ];
}

/** What 1,000 routes and 1,000 groups add to the initialization over 6 routes and 100 groups. */
export async function modelRows({ scene, assets, rounds }: Bench): Promise<readonly Row[]> {
  const variables = scene.variables(1);
  const files = [
    assets.authorizer(ordersMap(scene.issuer)),
    assets.authorizer(ordersMap(scene.issuer)),
  ];
  const large = largeMap(1_000, 100)
    .replace('https://acme.okta.com/oauth2/aus1abc', scene.issuer)
    .replace('api://large', AUDIENCE)
    .replace('0oa1web', CLIENT)
    .replace('routes:', 'routes:\n  - GET /orders/{id}')
    .replace('groups:', `groups:\n  ${groupName(0)}: { allow: ["GET /orders/{id}"] }`)
    .replace('name: large,', 'name: large, kind: rest, cache: off,');
  writeFileSync(join(dirname(files[1] ?? ''), 'access-model.json'), modelText(large));
  const samples: readonly ColdStart[][] = [[], []];
  for (let round = 0; round < Math.max(5, Math.round(rounds / 3)); round++) {
    for (const [at, file] of files.entries()) {
      const sketch: FunctionSketch = { name: 'a large model', file, variables };
      samples[at]?.push(await coldStart(sketch));
    }
  }
  const [small = [], big = []] = samples;
  const more = big.map(({ initCpu }, at) => initCpu - (small[at]?.initCpu ?? Number.NaN));
  return [
    {
      name: 'a model of 1,000 routes and 1,000 groups adds',
      comparedWith: 'ms of processor time',
      goal: 4,
      before: '20',
      value: median(more),
      noise: noiseOf(more),
    },
  ];
}
