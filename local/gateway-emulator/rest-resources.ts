/**
 * Selects the method of a request as REST APIs do: the resource first, literal before parameter
 * before greedy, then its method or ANY. Fixed paths answer to doubled and trailing slashes as
 * well; nothing is decoded. Source: recorded behaviour of the service (LocalStack's snapshots of
 * 2024) and aws-sam-cli pull request 1495.
 */
import { type MethodView, TemplateError } from '../cloud-assembly.ts';

export interface SelectedMethod {
  readonly method: MethodView;
  readonly pathParameters: Readonly<Record<string, string>>;
}

export type SelectMethod = (method: string, path: string) => SelectedMethod | undefined;

interface Resource {
  readonly literals: Map<string, Resource>;
  readonly methods: Map<string, MethodView>;
  parameter:
    | { readonly name: string; readonly greedy: boolean; readonly resource: Resource }
    | undefined;
}

interface Segment {
  readonly text: string;
  readonly start: number;
}

interface MatchedResource {
  readonly resource: Resource;
  readonly parameters: readonly (readonly [string, string])[];
}

const newResource = (): Resource => ({
  literals: new Map(),
  methods: new Map(),
  parameter: undefined,
});

/** @throws TemplateError for a tree of resources that API Gateway would refuse */
export function createMethodSelector(methods: readonly MethodView[]): SelectMethod {
  const root = newResource();
  for (const method of methods)
    resourceAt(root, method.template).methods.set(method.method, method);
  return (method, path) => {
    const segments = Array.from(path.matchAll(/[^/]+/g), ({ 0: text, index }) => ({
      text,
      start: index,
    }));
    const found = find(root, path, segments);
    const view = found?.resource.methods.get(method) ?? found?.resource.methods.get('ANY');
    return view && found && { method: view, pathParameters: Object.fromEntries(found.parameters) };
  };
}

function resourceAt(root: Resource, template: string): Resource {
  let resource = root;
  for (const part of template.split('/').filter((text) => text !== '')) {
    const parameter = /^\{([^}+]+)(\+?)\}$/.exec(part);
    if (parameter === null) {
      const next = resource.literals.get(part) ?? newResource();
      resource.literals.set(part, next);
      resource = next;
      continue;
    }
    const [, name = '', plus] = parameter;
    resource.parameter ??= { name, greedy: plus === '+', resource: newResource() };
    if (resource.parameter.name !== name) {
      throw new TemplateError(
        `\`${template}\`: a resource has one parameter below it, found \`${name}\` beside \`${resource.parameter.name}\``,
      );
    }
    resource = resource.parameter.resource;
  }
  return resource;
}

function find(
  resource: Resource,
  path: string,
  [segment, ...rest]: readonly Segment[],
): MatchedResource | undefined {
  if (segment === undefined)
    return resource.methods.size > 0 ? { resource, parameters: [] } : undefined;
  const literal = resource.literals.get(segment.text);
  const fixed = literal && find(literal, path, rest);
  if (fixed !== undefined || resource.parameter === undefined) return fixed;
  const { name, greedy, resource: childResource } = resource.parameter;
  if (greedy)
    return {
      resource: childResource,
      parameters: [[name, path.slice(segment.start).replace(/\/+$/, '')]],
    };
  const found = find(childResource, path, rest);
  return found && { ...found, parameters: [[name, segment.text], ...found.parameters] };
}
