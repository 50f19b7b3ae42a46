/** The route inventory from an OpenAPI file. */

import { isObject } from '../../../lambda/core/json/json-object.ts';
import { kindProblems } from '../../openapi/api-kind.ts';
import {
  type OpenapiDocument,
  OpenapiError,
  type Operation,
  readOpenapi,
  splitName,
} from '../../openapi/read-openapi.ts';
import { at, type Cursor, choice, type Report, text } from '../report/cursor.ts';
import { foundOf } from '../report/file-refusal.ts';
import { code } from '../report/problems.ts';
import type { MapSection } from '../schema/schema.ts';
import { type BasePath, type DocumentRoutes, documentRoutes, reasonOf } from './document-routes.ts';

/** Reads a file that the map names, relative to the map. @throws Error where it cannot be read. */
export type ReadFile = (name: string) => string | Uint8Array;

export interface InventoryFile extends Pick<DocumentRoutes<Operation>, 'routes'> {
  readonly basePath: BasePath;
}

type Routes = Cursor<MapSection<'routes'>>;

interface DocumentOptions {
  readonly kind: 'http' | 'rest';
  /** An API that we deploy before an upstream; its routes may be in the upstream's document. */
  readonly hasUpstream: boolean;
  readonly readFile: ReadFile | undefined;
}

/**
 * The operations that the gateway can have as routes; nothing where the map lists its routes
 * itself.
 */
export function readDocumentRoutes(
  routes: Routes,
  { kind, hasUpstream, readFile }: DocumentOptions,
  report: Report,
): InventoryFile | undefined {
  if (!isObject(routes.value)) return undefined;
  const cursor = at(routes, 'openapi');
  const name = text(cursor);
  if (name === undefined) return undefined;
  const document = read(name, cursor, readFile, report);
  if (document === undefined) return undefined;
  const { server, operations, described: found } = document;
  for (const says of hasUpstream ? [] : kindProblems(found, kind))
    report.error('OPENAPI_INVALID', cursor.pointer, { says: `${code(name)}: ${says}` });
  const basePath = choice(at(routes, 'basePath'), ['ignore', 'prepend']) ?? 'ignore';
  const described = documentRoutes(operations, { kind, basePath, server });
  for (const { key, code: reason, detail } of described.left)
    report.warn(reason, cursor.pointer, {
      ...detail,
      says: `${code(key)} of ${code(name)} is left out, so that no route serves it: ${reasonOf({ detail })}`,
    });
  const kept = described.routes.filter(
    ({ operation }) => kind === 'http' || !operation.isMockOptions,
  );
  checkBasePath(routes, document, kept[0]?.operation, report);
  if (kept.length === 0)
    report.error('OPENAPI_INVALID', cursor.pointer, {
      expected: 'an OpenAPI file with operations that are routes',
      found: `none in ${code(name)}`,
    });
  return { routes: kept, basePath };
}

/**
 * What an import would make of the server's path, where the map does not say or says it in vain.
 */
function checkBasePath(
  routes: Routes,
  { server }: Pick<OpenapiDocument, 'server'>,
  first: Operation | undefined,
  report: Report,
): void {
  const setting = at(routes, 'basePath');
  const { path, isStage, isDeployTime } = server;
  if (first === undefined) return;
  if (setting.value === 'prepend' && isDeployTime && !isStage) {
    const found = 'one that only CloudFormation knows';
    report.error('OPENAPI_INVALID', setting.pointer, { expected: 'a server with a path', found });
  }
  if (path === '') return;
  if (setting.value === 'prepend' && isStage) {
    const says = `the server’s path ${code(path)} is the stage of an exported API, which is no part of a route: an import with \`basepath=prepend\` would put it into each; remove \`basePath\``;
    report.warn('OPENAPI_BASE_PATH', setting.pointer, { says });
  }
  if (setting.value !== undefined || isStage) return;
  const key = `${first.method} ${first.template}`;
  const prepended = `${first.method} ${path}${first.template === '/' ? '' : first.template}`;
  const says = `the document’s server has the path ${code(path)}: its first route is ${code(key)} where the import ignores the path, as is the default, and ${code(prepended)} where it prepends it; say which with \`basePath: ignore\` or \`basePath: prepend\``;
  report.warn('OPENAPI_BASE_PATH', at(routes, 'openapi').pointer, { says });
}

function read(
  name: string,
  { pointer }: Cursor,
  readFile: ReadFile | undefined,
  report: Report,
): OpenapiDocument | undefined {
  const expected = 'a readable OpenAPI file, named relative to the map';
  const { file, resource } = splitName(name);
  let content: string;
  try {
    if (!readFile) throw new Error('no folder');
    content = textOf(readFile(file));
  } catch (error) {
    report.error('FILE_UNREADABLE', pointer, {
      expected,
      ...foundOf(error, code(name), code(name)),
    });
    return undefined;
  }
  try {
    return readOpenapi(content, { resource, read: relativeTo(file, readFile) });
  } catch (error) {
    if (!(error instanceof OpenapiError)) throw error;
    report.error('OPENAPI_INVALID', pointer, { says: `${code(name)}: ${error.message}` });
  }
  return undefined;
}

const textOf = (read: string | Uint8Array): string =>
  typeof read === 'string' ? read : new TextDecoder().decode(read);

/** Files that the document refers to are named from its folder. */
const relativeTo = (file: string, readFile: ReadFile): ReadFile => {
  const folder = file.slice(0, file.lastIndexOf('/') + 1);
  return (name) => readFile(name.startsWith('/') ? name : `${folder}${name}`);
};
