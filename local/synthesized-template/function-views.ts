/** The template's Lambda functions: where their code is, and how Lambda would run it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { asFunctionArn, type Resource, TemplateError } from './intrinsics.ts';
import type { Scope } from './scope.ts';

export interface FunctionView {
  readonly name: string;
  readonly arn: string;
  /** Folder of the asset: Lambda's task root. */
  readonly folder: string;
  /** `FILE.EXPORT`. */
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly memoryMb: number;
}

/** The asset's folder or file in the assembly, by the object key it is uploaded under. */
export type AssetPaths = ReadonlyMap<string, string>;

/**
 * The function with this ARN (a version or alias of it too), or undefined when the template has
 * none.
 * @throws TemplateError when it cannot be run here: not Node.js, or its code is not a folder of the
 * assembly
 */
export function readFunction(
  scope: Scope,
  assets: AssetPaths,
  arn: string,
): FunctionView | undefined {
  const wanted = asFunctionArn(arn);
  const found = Object.entries(scope.template.Resources ?? {}).find(
    ([id, resource]) =>
      resource.Type === 'AWS::Lambda::Function' &&
      asFunctionArn(String(scope.resolve({ Ref: id }))) === wanted,
  );
  return found && { ...viewOf(scope, assets, ...found), arn: wanted };
}

function viewOf(
  scope: Scope,
  assets: AssetPaths,
  id: string,
  resource: Resource,
): Omit<FunctionView, 'arn'> {
  const at = `AWS::Lambda::Function \`${id}\``;
  const properties = scope.resolve(resource.Properties ?? {}) as Readonly<Record<string, unknown>>;
  const runtime = String(properties['Runtime'] ?? '');
  if (!runtime.startsWith('nodejs'))
    throw new TemplateError(`${at}: expected a nodejs runtime, found \`${runtime}\``);
  const key = (properties['Code'] as { readonly S3Key?: unknown } | undefined)?.S3Key;
  const folder = assets.get(String(key));
  if (folder === undefined || !existsSync(folder))
    throw new TemplateError(`${at}: its code is not a folder of the assembly`);
  for (const name of ['Layers', 'VpcConfig', 'FileSystemConfigs']) {
    if (properties[name] !== undefined) scope.note(`function ${id}: ${name} is left out`);
  }
  return {
    name: String(scope.resolve({ Ref: id })),
    folder,
    handler: String(properties['Handler'] ?? ''),
    environment: variablesIn(properties['Environment'] as Environment | undefined),
    timeoutMs: Number(properties['Timeout'] ?? 3) * 1000,
    memoryMb: Number(properties['MemorySize'] ?? 128),
  };
}

interface Environment {
  readonly Variables?: Readonly<Record<string, unknown>>;
}

const variablesIn = ({ Variables = {} }: Environment = {}): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(Variables).map(([name, value]) => [name, String(value)]));

/** Reads `*.assets.json`: object key to the file or folder that is uploaded. */
export function assetPaths(folder: string, manifests: readonly unknown[]): AssetPaths {
  const paths = new Map<string, string>();
  for (const manifest of manifests) {
    const files =
      (manifest as { readonly files?: Readonly<Record<string, AssetFile>> }).files ?? {};
    for (const file of Object.values(files)) {
      for (const destination of Object.values(file.destinations ?? {})) {
        if (file.source?.path !== undefined)
          paths.set(destination.objectKey, join(folder, file.source.path));
      }
    }
  }
  return paths;
}

interface AssetFile {
  readonly source?: { readonly path?: string };
  readonly destinations?: Readonly<Record<string, { readonly objectKey: string }>>;
}
