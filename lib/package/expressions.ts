/** Values of a template of CloudFormation as expressions of Terraform. */
import { isObject } from '../../lambda/core/json/json-object.ts';
import { inTemplate, quoted } from '../hcl/hcl-text.ts';
import type { Json, Template } from './template.ts';

/** What `Ref` and `Fn::GetAtt` of a resource are in Terraform. */
export interface Referred {
  /** Such as `aws_dynamodb_table.quota_table`. */
  readonly address: string;
  readonly ref: string;
  /** After the ARN; CloudFormation's of a log group ends with `:*`. */
  readonly arnEnding?: string;
}

export interface Names {
  readonly resources: Readonly<Record<string, Referred>>;
  /** Expressions by name of a parameter. */
  readonly parameters: Readonly<Record<string, string>>;
}

const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::Partition': 'data.aws_partition.current.partition',
  'AWS::URLSuffix': 'data.aws_partition.current.dns_suffix',
  // `name` is deprecated in version 6 of the provider, and version 5 has no `region`.
  'AWS::Region': 'data.aws_region.current.id',
  'AWS::AccountId': 'data.aws_caller_identity.current.account_id',
};

/** @throws Error for anything that our templates do not contain. */
export function expression(value: Json, names: Names): string {
  if (typeof value === 'string') return quoted(value);
  if (value === null || typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return listOf(value.map((item: Json) => expression(item, names)));
  const [[name = '', of = null] = [], ...more] = Object.entries(value as Record<string, Json>);
  if (more.length === 0 && (name === 'Ref' || name.startsWith('Fn::')))
    return intrinsic(name, of, names);
  const lines = Object.entries(value as Record<string, Json>).map(
    ([key, item]) => `${quoted(key)} = ${expression(item, names)}`,
  );
  return lines.length === 0 ? '{}' : `{\n  ${lines.join('\n').replaceAll('\n', '\n  ')}\n}`;
}

const listOf = (items: readonly string[]): string =>
  items.join('').length < 60
    ? `[${items.join(', ')}]`
    : `[\n  ${items
        .map((item) => `${item},`)
        .join('\n')
        .replaceAll('\n', '\n  ')}\n]`;

function intrinsic(name: string, of: Json, names: Names): string {
  if (name === 'Ref') return reference(String(of), names);
  if (name === 'Fn::GetAtt' && Array.isArray(of) && of[1] === 'Arn') {
    const { address, arnEnding = '' } = resource(String(of[0]), names);
    return arnEnding === '' ? `${address}.arn` : `"\${${address}.arn}${arnEnding}"`;
  }
  if (name === 'Fn::Join' && Array.isArray(of) && Array.isArray(of[1]))
    return joined(String(of[0]), of[1], names);
  if (name === 'Fn::Sub' && typeof of === 'string') {
    const text = of.split(/\$\{([\w:]+)\}/);
    return `"${text.map((part, at) => (at % 2 === 0 ? inTemplate(part) : `\${${reference(part, names)}}`)).join('')}"`;
  }
  throw new Error(`expected a function that Terraform has, found ${name}`);
}

function joined(separator: string, parts: readonly Json[], names: Names): string {
  const texts = parts.map((part) =>
    typeof part === 'string' ? inTemplate(part) : `\${${expression(part, names)}}`,
  );
  return `"${texts.join(inTemplate(separator))}"`;
}

function reference(id: string, names: Names): string {
  const known = PSEUDO[id] ?? names.parameters[id];
  if (known !== undefined) return known;
  const { address, ref } = resource(id, names);
  return `${address}.${ref}`;
}

function resource(id: string, { resources }: Names): Referred {
  const found = resources[id];
  if (found === undefined) throw new Error(`expected a resource of the template, found ${id}`);
  return found;
}

/** Properties of a resource, each of which has to be asked for. */
export class Properties {
  readonly #left: Map<string, Json>;
  readonly #id: string;
  readonly names: Names;

  constructor(id: string, { Resources }: Template, names: Names) {
    this.#left = new Map(Object.entries(Resources[id]?.Properties ?? {}));
    this.#id = id;
    this.names = names;
  }

  /** As the template has it. */
  take(name: string): Json | undefined {
    const value = this.#left.get(name);
    this.#left.delete(name);
    return value;
  }

  /** As an expression; undefined where it is absent. */
  text(name: string): string | undefined {
    const value = this.take(name);
    return value === undefined ? undefined : expression(value, this.names);
  }

  /** Members of a property that is an object. */
  object(name: string): Readonly<Record<string, Json>> {
    const value = this.take(name);
    return isObject<Json>(value) ? value : {};
  }

  /** @throws Error for a property that nobody asked for: it would be lost. */
  assertAllTaken(): void {
    if (this.#left.size > 0)
      throw new Error(
        `${this.#id}: ${[...this.#left.keys()].join(', ')} has no counterpart in Terraform`,
      );
  }
}
