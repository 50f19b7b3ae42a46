/**
 * Blocks whose values are data: texts are quoted, references and templates stand for themselves.
 */
import { type Body, block } from './hcl-blocks.ts';
import { inTemplate, quoted } from './hcl-text.ts';

/** A reference such as `okta_group.readers.id`. */
export interface HclReference {
  readonly reference: string;
}

/** A text with references in it. */
export interface HclTemplate {
  readonly parts: readonly (string | HclReference)[];
}

export type HclValue =
  | string
  | number
  | boolean
  | HclReference
  | HclTemplate
  | readonly HclValue[]
  | { readonly object: Readonly<Record<string, HclValue>> };

export interface HclBlock {
  readonly type: string;
  readonly labels?: readonly string[];
  readonly attributes: Readonly<Record<string, HclValue>>;
  readonly blocks?: readonly HclBlock[];
}

export const reference = (text: string): HclReference => ({ reference: text });

export const hclText = (blocks: readonly HclBlock[]): string =>
  blocks.map(({ type, labels = [], ...rest }) => block([type, ...labels], bodyOf(rest))).join('\n');

function bodyOf({ attributes, blocks = [] }: Pick<HclBlock, 'attributes' | 'blocks'>): Body {
  const values = Object.entries(attributes).map(
    ([name, value]) => [name, valueText(value)] as const,
  );
  const types = [...new Set(blocks.map(({ type }) => type))];
  const nested = types.map(
    (type) => [type, blocks.filter((one) => one.type === type).map(bodyOf)] as const,
  );
  return Object.fromEntries<Body[string]>([...values, ...nested]);
}

function valueText(value: HclValue): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object') return String(value);
  if ('reference' in value) return value.reference;
  if ('parts' in value)
    return `"${value.parts.map((part) => (typeof part === 'string' ? inTemplate(part) : `\${${part.reference}}`)).join('')}"`;
  if ('object' in value)
    return `{ ${Object.entries(value.object)
      .map(([key, inner]) => `${key} = ${valueText(inner)}`)
      .join(', ')} }`;
  return `[${value.map(valueText).join(', ')}]`;
}
