/** `package`: writes the authorizer of a map for tools that are not the CDK. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Option } from 'commander';
import { type AccessMap, AccessMapError } from '../access-map/index.ts';
import { code } from '../access-map/report/problems.ts';
import type { Format, PackagedFiles } from '../package/write-package.ts';
import { testProblems } from '../verdicts/map-tests.ts';
import {
  defineCommand,
  EXIT,
  type ExitCode,
  type JsonOptions,
  jsonOption,
  type MapOptions,
  mapOption,
  requiredOption,
  UsageError,
} from './shell/command.ts';
import { type Io, writeLines } from './shell/io.ts';
import { requireCompleteMap } from './shell/map-file.ts';
import { writeJson } from './shell/write-json.ts';

const FORMATS: readonly Format[] = ['cloudformation', 'terraform'];

export interface PackageOptions extends MapOptions, JsonOptions {
  readonly format?: Format;
  readonly output?: string;
}

export async function runPackage(
  { map: file, format = 'cloudformation', output = '', json }: PackageOptions,
  io: Io,
): Promise<ExitCode> {
  const map = requireCompleteMap(file, io);
  if (!map.api.authorizerOnly)
    throw new UsageError(
      `expected \`api.authorizerOnly: true\` in ${code(map.source)}, found none: a package holds the authorizer alone, and another tool deploys the API`,
    );
  const own = map.revocations.find(({ hub }) => hub === 'own');
  if (own)
    throw new UsageError(
      `expected \`okta.revocation.hub\` in ${code(map.source)} to be the ARN of a hub's table, found \`own\` for ${code(own.org)}: a package holds the authorizer alone; deploy the hub as a construct, \`RevocationHub\``,
    );
  const tested = testProblems(map);
  // What is written is deployed, as by synthesis, which refuses a map whose tests fail.
  if (tested.some(({ severity }) => severity === 'error')) throw new AccessMapError(tested);
  for (const { message } of [...map.warnings, ...tested]) io.err(`${message}\n`);
  const { files, digest } = await packaged(map, format);
  write(resolve(io.cwd, output), files, output);
  const names = Object.keys(files).sort();
  const { version } = map;
  if (json)
    writeJson(io, 'package', {
      ...{ ok: true, exit: EXIT.good, problems: [] },
      ...{ format, folder: output, files: names, mapVersion: version, codeSha256: digest },
    });
  else
    writeLines(io, [
      `wrote ${names.join(', ')} to ${output}`,
      `map version: ${version}`,
      `CodeSha256 of the function: ${digest}`,
    ]);
  return EXIT.good;
}

/**
 * The CDK synthesizes what is packaged; other commands do without it, so that users may lack it.
 */
export async function packaged(map: AccessMap, format: Format): Promise<PackagedFiles> {
  try {
    const { packageFiles } = await import('../package/write-package.ts');
    return packageFiles(map, format);
  } catch (error) {
    const { code: found, message = '' } = error as NodeJS.ErrnoException;
    if (/MODULE_NOT_FOUND$/.test(found ?? '') && /aws-cdk-lib|constructs/.test(message))
      throw new UsageError(
        'expected the packages aws-cdk-lib and constructs beside okta-group-authorizer, found none: npm install aws-cdk-lib constructs',
      );
    throw error;
  }
}

function write(folder: string, files: PackagedFiles['files'], given: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    for (const [name, contents] of Object.entries(files))
      writeFileSync(join(folder, name), contents);
  } catch (error) {
    const { code: found = 'an error' } = error as NodeJS.ErrnoException;
    throw new UsageError(`expected a folder that can be written, found ${code(given)} (${found})`, {
      code: 'OUTPUT_UNWRITABLE',
    });
  }
}

export const packageCommand = defineCommand<PackageOptions>({
  name: 'package',
  summary: 'write the authorizer for CloudFormation or Terraform, without the CDK',
  examples: [
    'package --format cloudformation -o authorizer',
    'package --format terraform -o modules/authorizer -m access.yaml',
  ],
  declare: (command) =>
    void command
      .addOption(mapOption())
      .addOption(
        new Option('--format <tool>', 'tool that the files are for')
          .choices(FORMATS)
          .default('cloudformation'),
      )
      .addOption(requiredOption('-o, --output <folder>', 'folder to write into'))
      .addOption(jsonOption()),
  run: runPackage,
});
