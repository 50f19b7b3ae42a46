/**
 * Follows the references of path items and operations, in the document and to other files. Schemas
 * and the like are not followed: they say nothing of routes.
 */
import { isObject, membersIn, type Node } from '../../lambda/core/json/json-object.ts';
import { pathItems } from '../../lambda/gateway/openapi-document.ts';
import { type Change, valueAt } from './document-changes.ts';
import { OpenapiError } from './openapi-error.ts';
import { parseData } from './parse-document.ts';

/** Reads a file by its name relative to the document's folder. @throws Error where it may not. */
export type ReadReferenced = (name: string) => string | Uint8Array;

export interface ResolvedPaths {
  /** The document with its path items and operations in the place of references to them. */
  readonly data: Node;
  /** References that lead nowhere: what was expected and what was found. */
  readonly problems: readonly string[];
}

/** Files beside the document; a file that refers on and on is refused. */
const MAX_FILES = 100;
const MAX_HOPS = 32;

/** A value, and the file whose references it has; '' is the document itself. */
interface Placed {
  readonly value: unknown;
  readonly file: string;
}

/** @param read absent: the document's folder is not known, so that no other file is read. */
export function resolvePaths(document: Node, read?: ReadReferenced): ResolvedPaths {
  const problems: string[] = [];
  const files = new Map<string, unknown>([['', document]]);
  const follow = (placed: Placed, what: string): Placed => {
    try {
      return followed(placed, files, read);
    } catch (error) {
      if (!(error instanceof OpenapiError)) throw error;
      problems.push(`expected ${what}, found ${error.message}`);
      return { value: {}, file: '' };
    }
  };
  const paths = follow({ value: document['paths'], file: '' }, '`paths`');
  if (!isObject(paths.value)) return { data: document, problems };
  const items = pathItems({ paths: paths.value }).map(({ template, value }) => {
    const item = follow({ value, file: paths.file }, `the operations of \`${template}\``);
    const operations = Object.entries(membersIn(item.value)).map(([name, operation]) => {
      const one = follow({ value: operation, file: item.file }, `\`${name}\` of \`${template}\``);
      return [name, rebased(one)] as const;
    });
    return [template, isObject(item.value) ? Object.fromEntries(operations) : item.value] as const;
  });
  return {
    data: { ...document, paths: { ...paths.value, ...Object.fromEntries(items) } },
    problems,
  };
}

function followed(
  start: Placed,
  files: Map<string, unknown>,
  read: ReadReferenced | undefined,
): Placed {
  let { value, file } = start;
  for (let hops = 0; isObject(value) && typeof value['$ref'] === 'string'; hops++) {
    const { $ref: reference, ...siblings } = value as Node & { readonly $ref: string };
    const target = hops < MAX_HOPS ? targetOf(reference, file, files, read) : undefined;
    if (target === undefined || !isObject(target.value))
      throw new OpenapiError(
        `\`$ref\` to \`${shown(reference)}\`${hops < MAX_HOPS ? '' : ', which refers on and on'}: bundle the description`,
      );
    value = { ...target.value, ...siblings };
    file = target.file;
  }
  return { value, file };
}

const shown = (reference: string): string => reference.replace(/[^ -~]/g, '?').slice(0, 120);

function targetOf(
  reference: string,
  from: string,
  files: Map<string, unknown>,
  read: ReadReferenced | undefined,
): Placed | undefined {
  const [name = '', pointer = ''] = reference.split('#', 2);
  const file = name === '' ? from : pathRelativeTo(from, decoded(name));
  if (!files.has(file)) files.set(file, parseData(textOf(file, reference, files.size, read)));
  const keys = pointer
    .replace(/^\//, '')
    .split('/')
    .map((key) => decoded(key).replaceAll('~1', '/').replaceAll('~0', '~'));
  if (pointer !== '' && (!pointer.startsWith('/') || pointer === '/')) return undefined;
  const value = pointer === '' ? files.get(file) : valueAt(files.get(file), keys);
  // A reference to the whole document would make it a part of itself.
  return file === '' && pointer === '' ? undefined : { value, file };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A name in the folder of a file, relative to the document's folder. */
const pathRelativeTo = (file: string, name: string): string =>
  /^(?:\/|[a-z][a-z0-9+.-]+:)/i.test(name)
    ? name
    : `${file.slice(0, file.lastIndexOf('/') + 1)}${name}`;

function textOf(
  file: string,
  reference: string,
  count: number,
  read: ReadReferenced | undefined,
): string {
  const refuse = (why: string): never => {
    throw new OpenapiError(`\`$ref\` to \`${shown(reference)}\`, ${why}: bundle the description`);
  };
  if (/^[a-z][a-z0-9+.-]+:/i.test(file)) return refuse('which is an address: none is fetched');
  if (read === undefined) return refuse('which is another file');
  if (count > MAX_FILES) return refuse(`which is beyond ${MAX_FILES} files`);
  try {
    const content = read(file);
    return typeof content === 'string' ? content : new TextDecoder().decode(content);
  } catch (error) {
    const isRefusal = error instanceof Error && error.name === 'FileRefusal';
    return refuse(isRefusal ? error.message : 'which cannot be read');
  }
}

/**
 * References of another file, named from the document's folder.
 * @param copies by what they are copies of: aliases repeat values, and may hold themselves.
 */
function rebased({ value, file }: Placed, copies = new Map<object, unknown>()): unknown {
  if (file === '' || typeof value !== 'object' || value === null) return value;
  const known = copies.get(value);
  if (known !== undefined) return known;
  if (Array.isArray(value)) {
    const list: unknown[] = [];
    copies.set(value, list);
    for (const item of value) list.push(rebased({ value: item, file }, copies));
    return list;
  }
  const copy: Record<string, unknown> = {};
  copies.set(value, copy);
  for (const [key, item] of Object.entries(value))
    copy[key] =
      key === '$ref' && typeof item === 'string'
        ? fromFolder(file, item)
        : rebased({ value: item, file }, copies);
  return copy;
}

const fromFolder = (file: string, reference: string): string =>
  reference.startsWith('#') ? `${file}${reference}` : pathRelativeTo(file, reference);

/**
 * The changes that put path items and operations in the place of references to them.
 * @param written the document before its references were followed
 * @param data the document afterwards
 */
export const writtenOut = (written: Node, data: Node): readonly Change[] =>
  pathItems(written).flatMap(({ path, value: item }) => {
    const resolved = membersIn(valueAt(data, path));
    const names =
      '$ref' in membersIn(item)
        ? ['$ref', ...Object.keys(resolved)]
        : Object.keys(resolved).filter((name) => '$ref' in membersIn(membersIn(item)[name]));
    return names.map((name) => ({ path: [...path, name], value: resolved[name] }));
  });
