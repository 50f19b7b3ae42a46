/** Text of an OpenAPI document, or of a template that has one, as plain data. */
import {
  CORE_SCHEMA,
  defineMappingTag,
  defineScalarTag,
  defineSequenceTag,
  load,
  mergeTag,
  NOT_RESOLVED,
  Schema,
  YAMLException,
} from 'js-yaml';
import { OpenapiError } from './openapi-error.ts';

/**
 * CloudFormation's intrinsic functions by their short forms, as `Fn::Sub` and the like.
 * Source: AWS CloudFormation User Guide, "Intrinsic function reference".
 */
const SHORT_FORMS = [
  'And',
  'Base64',
  'Cidr',
  'Condition',
  'Equals',
  'FindInMap',
  'GetAtt',
  'GetAZs',
  'If',
  'ImportValue',
  'Join',
  'Not',
  'Or',
  'Ref',
  'Select',
  'Split',
  'Sub',
  'Transform',
];

const never = (): boolean => false;

function shortForm(name: string) {
  const key = name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`;
  const long = (value: unknown): unknown => ({ [key]: value });
  return [
    defineScalarTag(`!${name}`, { resolve: long, identify: never }),
    defineSequenceTag<unknown[], unknown>(`!${name}`, {
      create: () => [],
      addItem: (items, item) => void items.push(item),
      finalize: long,
      identify: never,
    }),
    defineMappingTag<Map<unknown, unknown>, unknown>(`!${name}`, {
      create: () => new Map(),
      addPair: (pairs, at, value) => {
        pairs.set(at, value);
        return '';
      },
      has: (pairs, at) => pairs.has(at),
      keys: () => [],
      get: () => undefined,
      finalize: (pairs) => long(Object.fromEntries(pairs)),
      identify: never,
    }),
  ];
}

/** A tag that is written, `!!str` and the like, changes what a text says: none is obeyed. */
const SCHEMA = new Schema([
  ...CORE_SCHEMA.tags.map((tag) =>
    tag.nodeKind === 'scalar'
      ? {
          ...tag,
          resolve: (source: string, isExplicit: boolean, name: string) =>
            isExplicit ? NOT_RESOLVED : tag.resolve(source, isExplicit, name),
        }
      : tag,
  ),
  mergeTag,
  ...SHORT_FORMS.flatMap(shortForm),
]);

/** @throws OpenapiError that never quotes the text, which may be that of another file. */
export function parseData(text: string): unknown {
  const content = text.replace(/^\uFEFF/, '');
  if (/^\s*[[{]/.test(content)) {
    try {
      return JSON.parse(content);
    } catch {
      // A flow mapping of YAML begins as JSON does.
    }
  }
  try {
    return load(content, { schema: SCHEMA, maxDepth: 1_000 });
  } catch (error) {
    throw new OpenapiError(whatIsWrong(error), { cause: error });
  }
}

function whatIsWrong(error: unknown): string {
  const { reason = '', mark } = error instanceof YAMLException ? error : {};
  const at = mark === undefined ? '' : ` in line ${mark.line + 1}`;
  if (/\btag\b/.test(reason))
    return `expected no tags but the short forms of CloudFormation, found another${at}: remove the \`!\``;
  if (reason.startsWith('duplicated')) return `expected each key once, found one twice${at}`;
  if (reason.startsWith('unidentified alias'))
    return `expected an anchor before its alias, found none for the alias${at}`;
  return `expected JSON or YAML, found something else${at}`;
}
