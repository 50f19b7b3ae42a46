/** Reads a synthesized cloud assembly (`cdk.out`): what of it runs without AWS, in types. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  assetPaths,
  type FunctionView,
  readFunction,
} from './synthesized-template/function-views.ts';
import { type HttpApiView, readHttpApis } from './synthesized-template/http-api-view.ts';
import { type HubView, readHub } from './synthesized-template/hub-view.ts';
import { createResolver, type Template, TemplateError } from './synthesized-template/intrinsics.ts';
import { type RestApiView, readRestApis } from './synthesized-template/rest-api-view.ts';
import type { Scope } from './synthesized-template/scope.ts';
import { readTables, type TableView } from './synthesized-template/table-views.ts';

export type { AuthorizerView } from './synthesized-template/authorizer.ts';
export type { FunctionView } from './synthesized-template/function-views.ts';
export type {
  CorsView,
  HttpApiView,
  RouteView,
  StageView,
} from './synthesized-template/http-api-view.ts';
export type { IntegrationView } from './synthesized-template/integration.ts';
export { LOCAL_ACCOUNT, LOCAL_REGION, TemplateError } from './synthesized-template/intrinsics.ts';
export type { MethodView, RestApiView } from './synthesized-template/rest-api-view.ts';
export type {
  GatewayResponseView,
  RestIntegrationView,
} from './synthesized-template/rest-integration.ts';
export type { TableView } from './synthesized-template/table-views.ts';

export interface Assembly {
  readonly httpApis: readonly HttpApiView[];
  readonly restApis: readonly RestApiView[];
  readonly tables: readonly TableView[];
  /** The hub of revoked tokens; undefined: the stack has none. */
  readonly hub: HubView | undefined;
  /** @throws TemplateError when no template has the function, or it cannot be run here */
  readonly functionByArn: (arn: string) => FunctionView;
  /** What the deployed stack does and a local run leaves out. */
  readonly notes: () => readonly string[];
}

/**
 * Reads all templates of a cloud assembly's folder.
 * @throws TemplateError for whatever belongs to an API and cannot be served; nothing of an API is
 * left out silently
 */
export function readAssembly(folder: string): Assembly {
  const files = readdirSync(folder).toSorted();
  const templates = files
    .filter((file) => file.endsWith('.template.json'))
    .map((file) => readJson(join(folder, file)) as Template);
  if (templates.length === 0)
    throw new TemplateError(`no template in \`${folder}\`: expected a synthesized cloud assembly`);
  const notes = new Set<string>();
  const exports = (name: string): unknown => exportedValue(scopes, name);
  const scopes: readonly Scope[] = templates.map((template) => ({
    template,
    resolve: createResolver(template, exports),
    note: (text) => notes.add(text),
  }));
  const assets = assetPaths(
    folder,
    files
      .filter((file) => file.endsWith('.assets.json'))
      .map((file) => readJson(join(folder, file))),
  );
  return {
    httpApis: scopes.flatMap(readHttpApis),
    restApis: scopes.flatMap(readRestApis),
    tables: scopes.flatMap(readTables),
    hub: scopes.map(readHub).find((hub) => hub !== undefined),
    functionByArn: (arn) => {
      const found = scopes
        .map((scope) => readFunction(scope, assets, arn))
        .find((view) => view !== undefined);
      if (found === undefined) throw new TemplateError(`no template has the function \`${arn}\``);
      return found;
    },
    notes: () => [...notes],
  };
}

function exportedValue(scopes: readonly Scope[], name: string): unknown {
  for (const scope of scopes) {
    for (const output of Object.values(scope.template.Outputs ?? {})) {
      if (output.Export !== undefined && scope.resolve(output.Export.Name) === name)
        return scope.resolve(output.Value);
    }
  }
  throw new TemplateError(`no template exports \`${name}\``);
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}
