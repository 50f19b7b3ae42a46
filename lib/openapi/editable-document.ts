/** An OpenAPI document that is changed in place: comments and order of its text stay. */
import { type Document, isAlias, parseDocument, visit } from 'yaml';
import type { AccessMap } from '../access-map/index.ts';
import { type DocumentOperation, type DocumentPath, operationsOf } from './document-parts.ts';
import { OpenapiError } from './openapi-error.ts';
import type { Change } from './security-scheme.ts';
import { requireNoTags } from './yaml-tags.ts';

export interface EditableDocument {
  /** Plain data of the document as it was read. */
  readonly data: unknown;
  /**
   * The document's text with the changes, in the language of the original (JSON or YAML).
   * @throws OpenapiError where an alias stands for a part that would change
   */
  changed(changes: readonly Change[]): string;
}

/**
 * @param text JSON or YAML
 * @throws OpenapiError where the text is no OpenAPI 3 document, or one of its operations cannot be
 * changed alone
 */
export function readEditable(text: string, kind: AccessMap['kind']): EditableDocument {
  const document = parseDocument(text, { resolveKnownTags: false });
  if (document.errors.length > 0 || !String(document.get('openapi')).startsWith('3.'))
    throw new OpenapiError('expected an OpenAPI 3 document, found something else');
  requireNoTags(document);
  const data = dataOf(document);
  for (const operation of operationsOf(data, kind)) requireOwn(operation, document);
  return {
    data,
    changed(changes) {
      for (const change of changes) write(document, change);
      requireAnchors(document);
      return /^\s*\{/.test(text)
        ? `${JSON.stringify(document.toJS(), undefined, 2)}\n`
        : document.toString({ lineWidth: 0 });
    },
  };
}

/** The parser refuses aliases that repeat more than 100 times what they stand for. */
function dataOf(document: Document): unknown {
  try {
    return document.toJS();
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    throw new OpenapiError(`expected few aliases, found: ${error.message}`, { cause: error });
  }
}

/** An alias shares one text between places, which cannot change in one of them alone. */
const hasAlias = (document: Document, path: DocumentPath): boolean =>
  path.some((_, index) => isAlias(document.getIn(path.slice(0, index + 1), true)));

function requireOwn({ key, path, value }: DocumentOperation, document: Document): void {
  if (hasAlias(document, path))
    throw new OpenapiError(`expected operations written out, found an alias at \`${path[1]}\``);
  if (typeof value !== 'object' || value === null)
    throw new OpenapiError(`expected an operation at \`${key}\`, found none`);
}

function write(document: Document, { path, value }: Change): void {
  const above = path.slice(0, -1);
  if (hasAlias(document, above))
    throw new OpenapiError(`expected \`${above.join('.')}\` written out, found an alias`);
  if (value === undefined) {
    document.deleteIn(path);
    return;
  }
  // A key without a value, such as `components:`, holds nothing that could be kept.
  for (const [index] of above.entries()) {
    const empty = above.slice(0, index + 1);
    if (document.getIn(empty) === null) document.deleteIn(empty);
  }
  document.setIn(path, document.createNode(value));
}

/** A change may replace what an alias elsewhere stands for. */
function requireAnchors(document: Document): void {
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document) !== undefined) return;
      throw new OpenapiError(
        `expected the security of operations written out, found its alias \`*${alias.source}\``,
      );
    },
  });
}
