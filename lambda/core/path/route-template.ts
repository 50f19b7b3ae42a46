/**
 * How API Gateway writes the path of a route: `/orders/{id}`, `/files/{path+}`. Source: API
 * Gateway, "Create routes for HTTP APIs".
 */

export interface Parameter {
  readonly name: string;
  readonly greedy: boolean;
}

/** Whether a segment of a template is a parameter, greedy or not. */
export const isParameter = (segment: string): boolean => segment.startsWith('{');

/** Whether a segment, or the last one of a template or key, takes any number of segments. */
export const isGreedy = (segment: string): boolean => segment.endsWith('+}');

/**
 * Whether a call of a route may reach another one in a back end, besides by a header that names a
 * method: by its path, which has parameters, or as `HEAD`, which runs the handler of `GET`.
 */
export const mayReachAnother = (key: string): boolean => /[{$]|^HEAD /.test(key);

const PARAMETER = /\{([^{}+]+)(\+?)\}/g;

/** Templates are the API's, so there are few; beyond this all are read again. */
const MAX_TEMPLATES = 2_000;
const known = new Map<string, readonly Parameter[]>();

/** The parameters of a template in its order. */
export function parametersOf(template: string): readonly Parameter[] {
  const found = known.get(template);
  if (found) return found;
  const parameters = Array.from(template.matchAll(PARAMETER), ([, name = '', plus]) => ({
    name,
    greedy: plus === '+',
  }));
  if (known.size >= MAX_TEMPLATES) known.clear();
  known.set(template, parameters);
  return parameters;
}

/** The template with another text for each of its parameters. */
export const withParameters = (
  template: string,
  textFor: (name: string, greedy: boolean) => string,
): string =>
  template.replace(PARAMETER, (_, name: string, plus: string) => textFor(name, plus === '+'));

/** What templates have in common that differ in the names of their parameters alone. */
export const shapeOf = (template: string): string =>
  withParameters(template, (_, greedy) => (greedy ? '{+}' : '{}'));
