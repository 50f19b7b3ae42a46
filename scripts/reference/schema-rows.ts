/** Every key of the access map, as the schema has it. */
import { accessMapSchema } from '../../lib/access-map/schema/schema.ts';

export interface SchemaNode {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly expected?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: boolean | SchemaNode;
  readonly items?: SchemaNode;
}

export interface Row {
  /** `okta.manage.apps[].label`; `NAME` stands for a name of the user's own. */
  readonly path: string;
  readonly node: SchemaNode;
  readonly required: boolean;
}

export interface Section {
  readonly name: string;
  readonly node: SchemaNode;
  readonly rows: readonly Row[];
}

export function schemaSections(): readonly Section[] {
  const required: readonly string[] = accessMapSchema.required;
  return Object.entries(accessMapSchema.properties as Readonly<Record<string, SchemaNode>>).map(
    ([name, node]) => ({ name, node, rows: rowsOf(name, node, required.includes(name)) }),
  );
}

function rowsOf(path: string, node: SchemaNode, required: boolean): readonly Row[] {
  const children = Object.entries(node.properties ?? {}).flatMap(([name, child]) =>
    rowsOf(`${path}.${name}`, child, (node.required ?? []).includes(name)),
  );
  const named =
    typeof node.additionalProperties === 'object'
      ? rowsOf(`${path}.NAME`, node.additionalProperties, false)
      : [];
  return [{ path, node, required }, ...children, ...named, ...itemRows(path, node)];
}

/**
 * Items with keys of their own, unless they are those of the list (`okta`: one block or several).
 */
function itemRows(path: string, { items, properties }: SchemaNode): readonly Row[] {
  if (items?.properties === undefined || items.properties === properties) return [];
  return rowsOf(`${path}[]`, items, false);
}
