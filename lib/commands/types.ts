/** `types`: the map's names as TypeScript types for the client. */
import { parseModel } from '../../lambda/core/model/load-model.ts';
import type { AccessMap } from '../access-map/index.ts';
import { defineCommand, EXIT, type ExitCode, type MapOptions, mapOption } from './shell/command.ts';
import type { Io } from './shell/io.ts';
import { requireMap } from './shell/map-file.ts';
import { type OutputOptions, outputOption, writeOutput } from './shell/output.ts';

/** Its `Register` takes the names, so that a misspelt one does not compile. */
const CLIENT_PACKAGE = 'okta-group-authorizer-client';

export interface TypesOptions extends MapOptions, OutputOptions {}

export function runTypes({ map, output }: TypesOptions, io: Io): ExitCode {
  writeOutput(typesOf(requireMap(map, io)), output, io);
  return EXIT.good;
}

/** The text of a `.d.ts`, the same for the same map. */
function typesOf(map: AccessMap): string {
  const model = parseModel(map.model);
  const union = (names: readonly string[]): string =>
    names.length === 0 ? ' never' : names.map((name) => `\n  | ${JSON.stringify(name)}`).join('');
  return [
    `// Written by \`okta-group-authorizer types\` from the access map ${map.name}, version ${map.version}. Do not edit.`,
    '',
    '/** A route of the API, as the access map names it. */',
    `export type AccessRoute =${union(model.routes.map(({ key }) => key))};`,
    '',
    '/** A permission of the access map: a named set of routes, and a scope for back ends. */',
    `export type AccessPermission =${union(model.permissions.map(({ name }) => name))};`,
    '',
    '// Without the client package there is nothing to declare, which is no error.',
    '// @ts-ignore',
    `declare module '${CLIENT_PACKAGE}' {`,
    '  interface Register {',
    '    route: AccessRoute;',
    '    permission: AccessPermission;',
    '  }',
    '}',
    '',
  ].join('\n');
}

export const types = defineCommand<TypesOptions>({
  name: 'types',
  summary:
    "write the map's routes and permissions as TypeScript types, in a file that the app's tsconfig.json includes",
  examples: ['types -o src/access.d.ts'],
  declare: (command) => void command.addOption(outputOption()).addOption(mapOption()),
  run: runTypes,
});
