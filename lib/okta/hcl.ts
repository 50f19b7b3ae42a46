/** Writes blocks of HashiCorp's configuration language. Source: HCL native syntax specification. */

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
  `${blocks.map((block) => blockLines(block).join('\n')).join('\n\n')}\n`;

function blockLines({ type, labels = [], attributes, blocks = [] }: HclBlock): readonly string[] {
  const width = Math.max(0, ...Object.keys(attributes).map((name) => name.length));
  return [
    `${[type, ...labels.map(quoted)].join(' ')} {`,
    ...Object.entries(attributes).map(
      ([name, value]) => `  ${name.padEnd(width)} = ${valueText(value)}`,
    ),
    ...blocks.flatMap((block) => ['', ...blockLines(block).map((line) => `  ${line}`)]),
    '}',
  ];
}

function valueText(value: HclValue): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object') return String(value);
  if ('reference' in value) return value.reference;
  if ('parts' in value)
    return `"${value.parts.map((part) => (typeof part === 'string' ? escaped(part) : `\${${part.reference}}`)).join('')}"`;
  if ('object' in value)
    return `{ ${Object.entries(value.object)
      .map(([key, inner]) => `${key} = ${valueText(inner)}`)
      .join(', ')} }`;
  return `[${value.map(valueText).join(', ')}]`;
}

const quoted = (text: string): string => `"${escaped(text)}"`;

/** `${` and `%{` begin templates, which a text of the org must not. */
const escaped = (text: string): string =>
  text
    .replace(/[\\"]/g, (sign) => `\\${sign}`)
    .replace(/\n/g, '\\n')
    .replace(/\r/g, '\\r')
    .replace(/\t/g, '\\t')
    // What steers a terminal or turns the direction of text is shown.
    .replace(/[\p{Cc}\p{Cf}]/gu, (sign) => `\\U${codeOf(sign)}`)
    .replace(/([$%])\{/g, '$1$1{');

const codeOf = (sign: string): string => (sign.codePointAt(0) ?? 0).toString(16).padStart(8, '0');

/** Local names that are right and differ, whatever the names of the org are. */
export function localNames(names: readonly string[]): ReadonlyMap<string, string> {
  const taken = new Set<string>();
  return new Map(
    names.map((name) => {
      const base = `${/^[A-Za-z_]/.test(name) ? '' : '_'}${name.replace(/[^A-Za-z0-9_-]/g, '_')}`;
      let local = base;
      for (let count = 2; taken.has(local); count++) local = `${base}_${count}`;
      taken.add(local);
      return [name, local] as const;
    }),
  );
}
