/** A synthesized app as data that is equal for equal apps, whatever checkout made it. */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Assembly {
  readonly stacks: Readonly<Record<string, unknown>>;
  readonly assets: Readonly<Record<string, Asset>>;
}

/** Size and hash of a function's code, by the name `CODE`, and the data files beside it. */
type Asset = Readonly<Record<string, unknown>>;
export const CODE = 'code';

interface Artifact {
  readonly type: string;
  readonly dependencies?: readonly string[];
  readonly additionalMetadataFile?: string;
  readonly properties: { readonly templateFile?: string; readonly directoryName?: string };
}

interface MetadataEntry {
  readonly type: string;
  readonly data?: unknown;
}

/** Says where in which file a construct was made, and not what it is. */
const OF_THE_SOURCE = /^aws:cdk:(creationStack|analytics:|templateFile$)/;

const json = (...path: readonly string[]) => JSON.parse(readFileSync(join(...path), 'utf8'));

export function readAssembly(folder: string): Assembly {
  const labels = new Map<string, string>();
  const stacks = Object.fromEntries(
    readStacks(folder).map(([name, stack]) => [name, withoutHashes(stack, labels)]),
  );
  const assets = Object.fromEntries(
    [...labels].map(([hash, label]) => [label, contentsOf(join(folder, `asset.${hash}`))]),
  );
  return { stacks, assets };
}

function readStacks(folder: string): readonly (readonly [string, unknown])[] {
  const artifacts: Readonly<Record<string, Artifact>> = json(folder, 'manifest.json').artifacts;
  const names = Object.keys(artifacts).toSorted();
  return names.flatMap((name) => {
    const artifact = artifacts[name];
    const { templateFile, directoryName } = artifact?.properties ?? {};
    if (artifact?.type === 'cdk:cloud-assembly' && directoryName !== undefined)
      return readStacks(join(folder, directoryName));
    if (artifact?.type !== 'aws:cloudformation:stack' || templateFile === undefined) return [];
    const { dependencies = [], additionalMetadataFile: file } = artifact;
    const stack = {
      template: json(folder, templateFile),
      dependencies,
      metadata: file === undefined ? {} : metadataIn(json(folder, file)),
    };
    return [[name, stack] as const];
  });
}

function metadataIn(
  byPath: Readonly<Record<string, readonly MetadataEntry[]>>,
): Readonly<Record<string, unknown>> {
  const kept = Object.entries(byPath).map(([path, entries]) => {
    const said = entries.filter(({ type }) => !OF_THE_SOURCE.test(type));
    return [path, said.map(({ type, data }) => ({ type, data }))] as const;
  });
  return Object.fromEntries(kept.filter(([, said]) => said.length > 0));
}

/** Levels of what is said of an app: `warning`, `error`. */
export const levelsIn = ({ stacks }: Assembly): ReadonlySet<string> =>
  new Set(
    [...JSON.stringify(stacks).matchAll(/"type":"aws:cdk:(warning|error)"/g)].map(
      ([, level = '']) => level,
    ),
  );

/**
 * Without what comes of the bytes of a function's code: the name of its asset and the id of its
 * version. Assets are numbered in the order in which they occur, so that functions still share one
 * or have their own.
 */
function withoutHashes(stack: unknown, labels: Map<string, string>): unknown {
  const labelOf = (hash: string): string => {
    const label = labels.get(hash) ?? `<asset ${labels.size + 1}>`;
    labels.set(hash, label);
    return label;
  };
  const text = JSON.stringify(sorted(stack))
    .replaceAll(/"([0-9a-f]{64})\.zip"/g, (_, hash: string) => `"${labelOf(hash)}"`)
    .replaceAll(/(CurrentVersion[0-9A-F]{8})[0-9a-f]{32}/g, '$1<hash>');
  return JSON.parse(text);
}

/** In an order that does not depend on the code's own. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, each]) => [key, sorted(each)]));
}

/** The code as a whole, and each data file; assets of a stage are in the folder of its app. */
function contentsOf(folder: string): Asset {
  const names = readdirSync(folder).toSorted();
  const code = createHash('sha256');
  let bytes = 0;
  for (const name of names.filter((name) => !name.endsWith('.json'))) {
    const file = readFileSync(join(folder, name));
    code.update(`${name}\0${file.byteLength}\0`).update(file);
    bytes += file.byteLength;
  }
  const data = Object.fromEntries(
    names.filter((name) => name.endsWith('.json')).map((name) => [name, json(folder, name)]),
  );
  return { [CODE]: `${bytes} bytes, ${code.digest('hex').slice(0, 16)}`, ...data };
}
