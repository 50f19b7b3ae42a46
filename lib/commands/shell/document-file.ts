/** OpenAPI documents that a command line names. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { filesIn } from '../../access-map/index.ts';
import { code } from '../../access-map/report/problems.ts';
import { OpenapiError, type OpenapiOptions, splitName } from '../../openapi/read-openapi.ts';
import { UsageError } from './command.ts';
import type { Io } from './io.ts';

/**
 * @param name a file, or a resource of a template as in `template.yaml#Api`
 * @param readText reads the document's text.
 * @throws UsageError that names the file which cannot be read or used.
 */
export function readDocumentFile<Document>(
  name: string,
  io: Io,
  readText: (text: string, options: OpenapiOptions) => Document,
): Document {
  const { file, resource } = splitName(name);
  const path = resolve(io.cwd, file);
  const root = io.root === undefined ? undefined : resolve(io.cwd, io.root);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new UsageError(`expected a readable OpenAPI document, found ${code(file)}`, {
      code: 'DOCUMENT_UNREADABLE',
    });
  }
  return naming(file, () => readText(text, { resource, read: filesIn(dirname(path), root) }));
}

/** @throws UsageError that names the file whose document cannot be used */
export function naming<Result>(file: string, use: () => Result): Result {
  try {
    return use();
  } catch (error) {
    if (!(error instanceof OpenapiError)) throw error;
    throw new UsageError(`${code(file)}: ${error.message}`, {
      code: 'DOCUMENT_UNREADABLE',
      cause: error,
    });
  }
}
