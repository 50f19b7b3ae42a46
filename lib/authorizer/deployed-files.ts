/** Whether a zip of a deployed function has the files that this version makes of a map. */
import { isDeepStrictEqual } from 'node:util';
import { unzipSync } from 'fflate';
import { MODEL_FILE_NAME } from '../../lambda/core/contract/environment.ts';
import { isStrings } from '../../lambda/core/json/json-object.ts';
import type { MetricsFile, ModelFile } from '../../lambda/core/model/model-file.ts';
import { type PackedModel, packModel } from '../../lambda/core/model/packed-model.ts';
import type { AccessMap } from '../access-map/index.ts';
import { type AssetFile, functionFiles, modelAsset } from '../resources/asset-files.ts';
import { planMetrics } from '../watch/metric-plan.ts';
import { authorizerModel } from './authorizer-model.ts';

export interface CodeVerdict {
  readonly isSame: boolean;
  /** What the code is, or what was expected and found. */
  readonly says: string;
}

/** Limit on unpacked bytes: none of our zips is larger. */
const MAX_UNPACKED_BYTES = 64 * 2 ** 20;

type Files = ReadonlyMap<string, Uint8Array>;

/** @returns undefined for bytes that are not a zip, or larger than ours, or with a name twice. */
function unzipped(zip: Uint8Array): Files | undefined {
  const names = new Set<string>();
  let bytes = 0;
  const filter = ({ name, originalSize }: { name: string; originalSize: number }): boolean => {
    bytes += originalSize;
    if (bytes > MAX_UNPACKED_BYTES || names.has(name)) throw new RangeError(name);
    names.add(name);
    return !name.endsWith('/');
  };
  try {
    return new Map(Object.entries(unzipSync(zip, { filter })));
  } catch {
    return undefined;
  }
}

/** Compares the files with those of the map's authorizer, whichever tool zipped them. */
export function compareFiles(map: AccessMap, zip: Uint8Array): CodeVerdict {
  const found = unzipped(zip);
  if (found === undefined)
    return {
      isSame: false,
      says: 'expected a zip with the files of this package, found something else',
    };
  const plan = planMetrics(map.model, { attached: map.api.attachTo !== undefined });
  const model = authorizerModel(map, plan);
  const file = modelAsset(model);
  const chosen = modelAsset(withMetricsOf(found, model));
  const hasChosen = isFileOf(found, chosen) && !isFileOf(found, file);
  const compared = (['light', 'sdk'] as const).map((client) => ({
    client,
    others: differing(found, functionFiles('authorizer', [hasChosen ? chosen : file], client)),
  }));
  const same = compared.find(({ others }) => others.length === 0);
  if (same === undefined) {
    const [nearest] = compared.toSorted((a, b) => a.others.length - b.others.length);
    return { isSame: false, says: difference(map, found, nearest?.others ?? []) };
  }
  const sdk = same.client === 'sdk' ? ', with `storeClient: sdk`' : '';
  const metrics = hasChosen ? ', with other metrics of names (`maxMetrics`)' : '';
  const says = `each of its ${found.size} files is what this version makes of this map${sdk}${metrics}`;
  return { isSame: true, says };
}

const isFileOf = (found: Files, file: AssetFile): boolean =>
  Buffer.compare(found.get(file.path) ?? new Uint8Array(), file.contents) === 0;

/** Names of files that one side lacks or that differ. */
function differing(found: Files, expected: readonly AssetFile[]): readonly string[] {
  const wanted = new Map(expected.map(({ path, contents }) => [path, contents]));
  const isSame = (name: string): boolean => {
    const contents = wanted.get(name);
    return contents !== undefined && found.has(name) && isFileOf(found, { path: name, contents });
  };
  return [...new Set([...found.keys(), ...wanted.keys()])].filter((name) => !isSame(name)).sort();
}

function isChoice(metrics: unknown): metrics is MetricsFile {
  const { routes, groups, byCode, ...more } = Object(metrics) as Record<string, unknown>;
  return (
    isStrings(routes) && isStrings(groups) && byCode !== true && Object.keys(more).length === 0
  );
}

/** The app's choice of metrics decides no call, and a command cannot know it otherwise. */
function withMetricsOf(found: Files, { metrics: own, ...model }: ModelFile): ModelFile {
  const { metrics } = modelIn(found);
  if (metrics === undefined) return model;
  if (isChoice(metrics)) return { ...model, metrics };
  return own === undefined ? model : { ...model, metrics: own };
}

function modelIn(found: Files): Readonly<Record<string, unknown>> {
  try {
    const text = Buffer.from(found.get(MODEL_FILE_NAME) ?? []).toString();
    return Object(JSON.parse(text)) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
}

function difference(map: AccessMap, found: Files, others: readonly string[]): string {
  const { version } = modelIn(found);
  if (others.length === 1 && others[0] === MODEL_FILE_NAME && typeof version === 'string')
    return otherModel(map, found, version);
  const names = others
    .slice(0, 3)
    .map((name) => `\`${name}\``)
    .join(', ');
  const more = others.length > 3 ? ` and ${others.length - 3} more` : '';
  return `expected the files that this version makes of the map, found others: ${names}${more}; another version of this package, or code of somebody else`;
}

function otherModel(map: AccessMap, found: Files, version: string): string {
  if (version !== map.version)
    return `expected the map of version \`${map.version}\`, found version \`${version}\`: another map is deployed`;
  const isSame = isDeepStrictEqual(decisionsIn(modelIn(found)), decisionsIn(packModel(map.model)));
  return isSame
    ? `expected the places of the rules in \`${map.source}\`, found others, and the same decisions: the text of the map has changed since`
    : `expected the map as this version compiles it, found it changed, under the same version \`${version}\``;
}

/** A model as its file has it, without the places of rules and what is measured. */
function decisionsIn(model: object): object {
  const { rules: _, metrics, ...decisions } = model as Partial<PackedModel>;
  const odd = metrics === undefined || isChoice(metrics) ? {} : { metrics };
  return JSON.parse(JSON.stringify({ ...decisions, ...odd })) as object;
}
