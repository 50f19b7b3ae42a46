/** An OpenAPI document that is changed in place: comments and order of its text stay. */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  parseDocument,
  visit,
  type Node as YamlNode,
} from 'yaml';
import type { Node } from '../../lambda/core/json/json-object.ts';
import {
  type DocumentPath,
  operationsOf,
  pathItems,
} from '../../lambda/gateway/openapi-document.ts';
import { type Change, valueAt, withValue } from './document-changes.ts';
import { OpenapiError } from './openapi-error.ts';
import { parseData } from './parse-document.ts';
import { type OpenapiOptions, type OpenapiSource, readSource } from './read-openapi.ts';

export interface EditableDocument extends OpenapiSource {
  /**
   * The whole file's text with the changes, in the language of the original (JSON or YAML).
   * References to path items and operations are written out, and so are the aliases on the way to
   * what changes: they share one text between places, which cannot change in one of them alone.
   */
  changed(changes: readonly Change[]): string;
}

/**
 * @param text JSON or YAML
 * @throws OpenapiError where the text is no OpenAPI document
 */
export function readEditable(text: string, options: OpenapiOptions): EditableDocument {
  const source = readSource(text, options);
  return {
    ...source,
    changed: (changes) =>
      /^\s*\{/.test(text) ? changedJson(text, source, changes) : changedYaml(text, source, changes),
  };
}

function changedJson(
  text: string,
  { at, data }: OpenapiSource,
  changes: readonly Change[],
): string {
  const document = changes.reduce<unknown>(
    (from, { path, value }) => withValue(from, path, value),
    data,
  );
  return `${JSON.stringify(withValue(parseData(text), at, document), undefined, 2)}\n`;
}

function changedYaml(text: string, source: OpenapiSource, changes: readonly Change[]): string {
  const { at, data } = source;
  const document = parseDocument(text, { logLevel: 'silent', merge: true, schema: 'core' });
  const [error] = document.errors;
  if (error !== undefined)
    throw new OpenapiError(
      `expected YAML that can be changed in place, found something else in line ${text.slice(0, error.pos[0]).split('\n').length}`,
    );
  const aliased = aliasedValues(document);
  for (const path of partsOf(data)) writeOut(document, data, at, path);
  for (const change of changes) write(document, data, at, change);
  replaceLostAliases(document, aliased);
  return document.toString({ lineWidth: 0 });
}

/** Path items and operations, whose text must be their own before one of them changes. */
const partsOf = (data: Node): readonly DocumentPath[] => [
  ...pathItems(data).map(({ path }) => path),
  ...operationsOf(data).map(({ path }) => path),
];

/** Puts the value itself in the place of an alias, of a merge or of a reference. */
function writeOut(document: Document, data: Node, at: DocumentPath, path: DocumentPath): void {
  for (const [index] of path.entries()) {
    const part = path.slice(0, index + 1);
    const value = valueAt(data, part);
    if (value === undefined || isOwnText(document.getIn([...at, ...part], true))) continue;
    document.setIn([...at, ...part], document.createNode(value, { aliasDuplicateObjects: false }));
  }
}

/**
 * A scalar in place of a mapping, such as `components:` without a value, is text of its own too.
 */
const isOwnText = (node: unknown): boolean =>
  node !== undefined && !isAlias(node) && !(isMap(node) && node.items.some(isShared));

const isShared = ({ key }: { readonly key: unknown }): boolean =>
  isScalar(key) && (key.value === '<<' || key.value === '$ref');

function write(document: Document, data: Node, at: DocumentPath, { path, value }: Change): void {
  const above = path.slice(0, -1);
  writeOut(document, data, at, above);
  if (value === undefined) {
    document.deleteIn([...at, ...path]);
    return;
  }
  // A key without a value, such as `components:`, holds nothing that could be kept.
  for (const [index] of above.entries()) {
    const empty = [...at, ...above.slice(0, index + 1)];
    if (document.getIn(empty) === null) document.deleteIn(empty);
  }
  document.setIn([...at, ...path], document.createNode(value));
}

type Aliased = ReadonlyMap<object, YamlNode | undefined>;

/**
 * What each alias stands for: the last node before it with its anchor. In one pass, since asking
 * each alias walks the whole document.
 */
function aliasedValues(document: Document): Aliased {
  const anchors = new Map<string, YamlNode>();
  const values = new Map<object, YamlNode | undefined>();
  visit(document, {
    Alias(_, alias) {
      values.set(alias, anchors.get(alias.source));
    },
    Value(_, node) {
      if (node.anchor !== undefined) anchors.set(node.anchor, node);
    },
  });
  return values;
}

/** What an alias stands for may have been replaced: it gets the former value as its own. */
function replaceLostAliases(document: Document, aliased: Aliased): void {
  const now = aliasedValues(document);
  visit(document, {
    Alias(_, alias) {
      const before = aliased.get(alias);
      if (before === undefined || now.get(alias) === before) return undefined;
      const copy = before.clone() as YamlNode & { anchor?: string | undefined };
      delete copy.anchor;
      return copy;
    },
  });
}
