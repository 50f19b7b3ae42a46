/** Whether the deployed function has the code that this version makes of the map. */
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { unzipSync } from 'fflate';
import { MODEL_FILE_NAME } from '../../../lambda/core/contract/environment.ts';
import type { MetricsFile, ModelFile } from '../../../lambda/core/model/model-file.ts';
import { packModel } from '../../../lambda/core/model/packed-model.ts';
import type { AccessMap } from '../../access-map/index.ts';
import { code } from '../../access-map/report/problems.ts';
import { authorizerModel } from '../../authorizer/authorizer-model.ts';
import { type AssetFile, functionFiles, modelAsset } from '../../resources/asset-files.ts';
import { planMetrics } from '../../watch/metric-plan.ts';
import { askAws } from '../live/ask-aws.ts';
import { findDeployed } from '../live/deployed-authorizer.ts';
import { type FunctionCode, readFunctionCode } from '../live/function-code.ts';
import { type LiveAws, liveAws } from '../live/open-api.ts';
import { packaged } from '../package.ts';
import { ServiceError, UsageError } from '../shell/command.ts';
import type { Finding } from './probes.ts';

/** What is asked of AWS; tests hand in their own. */
export interface CodeAws extends Pick<LiveAws, 'findStack' | 'findStacksOf'> {
  /** Undefined where there is no such function. */
  readCode(arn: string): Promise<FunctionCode | undefined>;
}

export const codeAws: CodeAws = { ...liveAws, readCode: readFunctionCode };

const PROBE = 'code of the function';
const finding = (result: Finding['result'], says: string): Finding => ({
  probe: PROBE,
  result,
  says,
});

/** Most bytes that are unpacked: what is larger is none of ours. */
const MAX_BYTES = 64 * 2 ** 20;

/**
 * Compares the digest that Lambda tells with that of what `package` writes of this map. Only such a
 * zip has the same bytes everywhere: the CDK zips the same files on its own.
 */
export async function judgeDigest(map: AccessMap, found: string): Promise<Finding> {
  if (!map.api.authorizerOnly)
    return finding(
      'unknown',
      'the CDK deploys this map and zips the code itself, so that the digest cannot be compared: `--code` compares the files',
    );
  const { digest } = await packaged(map, 'cloudformation');
  return found === digest
    ? finding('pass', 'is what `package` writes of this map')
    : finding(
        'fail',
        `expected \`${digest}\`, which \`package\` writes of this map with this version, found \`${found}\`: another map, another version, or not deployed by \`package\``,
      );
}

/**
 * Compares the deployed function's files with those of this map, whoever zipped them.
 * @param named what the command line says of stack and function.
 * @throws UsageError where nothing says which function; ServiceError where AWS does not tell.
 */
export async function judgeCode(
  map: AccessMap,
  named: { readonly stack?: string; readonly function?: string },
  aws: CodeAws,
): Promise<Finding> {
  return askAws('what code the function has', async () => {
    const arn = named.function ?? (await findDeployed(map, named.stack, aws))?.authorizer;
    if (arn === undefined)
      throw new UsageError(
        `expected a stack whose outputs name the function of the map ${code(map.name)}, found none: give \`--stack\`, or \`--function\` with its ARN`,
      );
    const found = await aws.readCode(arn);
    if (found === undefined) return finding('fail', `expected the function \`${arn}\`, found none`);
    if (createHash('sha256').update(found.zip).digest('base64') !== found.sha256)
      throw new ServiceError(
        'expected the code whose digest Lambda tells, found other code: a deployment may be under way, try once more',
      );
    return compareFiles(map, found.zip);
  });
}

type Files = ReadonlyMap<string, Uint8Array>;

/** @returns undefined for what is no zip, is larger than any of ours, or has a name twice. */
function unzipped(zip: Uint8Array): Files | undefined {
  const names = new Set<string>();
  let bytes = 0;
  const filter = ({ name, originalSize }: { name: string; originalSize: number }): boolean => {
    bytes += originalSize;
    if (bytes > MAX_BYTES || names.has(name)) throw new RangeError(name);
    names.add(name);
    return !name.endsWith('/');
  };
  try {
    return new Map(Object.entries(unzipSync(zip, { filter })));
  } catch {
    return undefined;
  }
}

function compareFiles(map: AccessMap, zip: Uint8Array): Finding {
  const found = unzipped(zip);
  if (found === undefined)
    return finding('fail', 'expected a zip with the files of this package, found something else');
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
    return finding('fail', difference(map, found, nearest?.others ?? []));
  }
  const sdk = same.client === 'sdk' ? ', with `storeClient: sdk`' : '';
  const metrics = hasChosen ? ', with other metrics of names (`maxMetrics`)' : '';
  return finding(
    'pass',
    `each of its ${found.size} files is what this version makes of this map${sdk}${metrics}`,
  );
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

const isNames = (value: unknown): boolean =>
  Array.isArray(value) && value.every((name) => typeof name === 'string');

function isChoice(metrics: unknown): metrics is MetricsFile {
  const { routes, groups, byCode, ...more } = Object(metrics) as Record<string, unknown>;
  return isNames(routes) && isNames(groups) && byCode !== true && Object.keys(more).length === 0;
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
  const names = others.slice(0, 3).map(code).join(', ');
  const more = others.length > 3 ? ` and ${others.length - 3} more` : '';
  return `expected the files that this version makes of the map, found others: ${names}${more}; another version of this package, or code of somebody else`;
}

function otherModel(map: AccessMap, found: Files, version: string): string {
  if (version !== map.version)
    return `expected the map of version ${code(map.version)}, found version ${code(version)}: another map is deployed`;
  const { rules: _, ...decisions } = modelIn(found);
  const { rules: __, ...expected } = packModel(map.model);
  const isSame = isDeepStrictEqual(
    { ...decisions, metrics: undefined },
    { ...expected, metrics: undefined },
  );
  return isSame
    ? `expected the places of the rules in ${code(map.source)}, found others, and the same decisions: the text of the map has changed since`
    : `expected the map as this version compiles it, found it changed, under the same version ${code(version)}`;
}
