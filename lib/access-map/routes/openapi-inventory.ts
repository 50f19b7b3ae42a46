/** The route inventory from an OpenAPI file. */

import { isObject } from '../../../lambda/core/contract/json-object.ts';
import {
  type OpenapiDocument,
  OpenapiError,
  type Operation,
  readOpenapi,
} from '../../openapi/openapi-document.ts';
import { at, type Cursor, type Report, text } from '../report/cursor.ts';
import { foundOf } from '../report/file-refusal.ts';
import { code } from '../report/problems.ts';
import type { MapSection } from '../schema/schema.ts';
import { diagnose, parseRoute } from './notation.ts';

/** Reads a file that the map names, relative to the map. @throws Error where it cannot be read. */
export type ReadFile = (name: string) => string | Uint8Array;

/**
 * The operations whose templates the gateway can have as routes; nothing where the map lists its
 * routes itself.
 */
export function readOperations(
  routes: Cursor<MapSection<'routes'>>,
  readFile: ReadFile | undefined,
  report: Report,
): readonly Operation[] | undefined {
  if (!isObject(routes.value)) return undefined;
  const cursor = at(routes, 'openapi');
  const name = text(cursor);
  if (name === undefined) return undefined;
  const document = read(name, cursor, readFile, report);
  return document?.operations.filter(({ key }) => {
    if (parseRoute(key)) return true;
    report.error('ROUTE_INVALID', cursor.pointer, {
      ...diagnose(key, 'route'),
      found: `${code(key)} in ${code(name)}`,
    });
    return false;
  });
}

function read(
  name: string,
  { pointer }: Cursor,
  readFile: ReadFile | undefined,
  report: Report,
): OpenapiDocument | undefined {
  const expected = 'a readable OpenAPI 3 file, named relative to the map';
  let content: string;
  try {
    if (!readFile) throw new Error('no folder');
    const read = readFile(name);
    content = typeof read === 'string' ? read : new TextDecoder().decode(read);
  } catch (error) {
    report.error('FILE_UNREADABLE', pointer, {
      expected,
      ...foundOf(error, code(name), code(name)),
    });
    return undefined;
  }
  try {
    const document = readOpenapi(content);
    if (document.operations.length > 0) return document;
    report.error('OPENAPI_INVALID', pointer, {
      expected: 'an OpenAPI file with operations',
      found: `none in ${code(name)}`,
    });
  } catch (error) {
    if (!(error instanceof OpenapiError)) throw error;
    report.error('OPENAPI_INVALID', pointer, { says: `${code(name)}: ${error.message}` });
  }
  return undefined;
}
