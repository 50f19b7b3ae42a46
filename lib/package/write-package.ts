import type { AccessMap } from '../access-map/index.ts';
import { PARAMETER, type PackagedStack, packagedStack } from './package-stack.ts';
import { terraformModule } from './terraform-module.ts';

export type Format = 'cloudformation' | 'terraform';

export interface PackagedFiles {
  /** Contents by name. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  /** What Lambda will report as `CodeSha256`. */
  readonly digest: string;
}

const CODE = 'authorizer.zip';

/**
 * The authorizer of a map for tools that are not the CDK. Equal maps give equal files.
 * @throws AccessMapError for a map that a stack refuses.
 */
export function packageFiles(map: AccessMap, format: Format): PackagedFiles {
  const stack = packagedStack(map);
  const written = format === 'terraform' ? terraformModule(stack, map) : templates(stack);
  return { files: { ...written, [CODE]: stack.zip.contents }, digest: stack.zip.digest };
}

/** One whose code lies where parameters say, and the same for `aws cloudformation package`. */
function templates({ template }: PackagedStack): Readonly<Record<string, string>> {
  const { [PARAMETER.bucket]: _, [PARAMETER.key]: __, ...parameters } = template.Parameters ?? {};
  const resources = Object.entries(template.Resources).map(([id, resource]) =>
    resource.Type === 'AWS::Lambda::Function'
      ? [id, { ...resource, Properties: { ...resource.Properties, Code: CODE } }]
      : [id, resource],
  );
  const local = {
    ...template,
    Parameters: parameters,
    Resources: Object.fromEntries(resources) as unknown,
  };
  return { 'template.json': text(template), 'template.local.json': text(local) };
}

const text = (value: object): string => `${JSON.stringify(value, undefined, 1)}\n`;
