/** What no gateway can have as a route, alone or beside the routes before it. */
import { parametersOf, shapeOf } from '../../../lambda/core/path/route-template.ts';
import { code, type Detail, type ProblemCode } from '../report/problems.ts';
import type { ParsedRoute } from './notation.ts';

export interface RouteRefusal {
  readonly code: ProblemCode;
  readonly detail: Detail;
}

export interface Candidate extends ParsedRoute {
  /** The gateway's route key. */
  readonly key: string;
}

export type Admission = (route: Candidate) => RouteRefusal | undefined;

/** @param keys routes that were given before. */
export function anyAdmission(keys: ReadonlySet<string>): Admission {
  /** The first template of each shape. */
  const templates = new Map<string, string>();
  return ({ key, template }) => {
    const names = parametersOf(template).map(({ name }) => name);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) {
      const found = `${code(`{${twice}}`)} twice in ${code(key)}`;
      return { code: 'ROUTE_INVALID', detail: { expected: 'each parameter once', found } };
    }
    if (keys.has(key)) {
      const detail = { expected: 'each route once', found: `${code(key)} again` };
      return { code: 'ROUTE_DUPLICATE', detail };
    }
    const shape = shapeOf(template);
    const equivalent = templates.get(shape) ?? template;
    templates.set(shape, equivalent);
    if (equivalent === template) return undefined;
    const renamed = key.replace(template, () => equivalent);
    return equivalentRefusal(template, equivalent, keys.has(renamed) ? undefined : renamed);
  };
}

/** @param nearest the route by the other names, unless it is declared already. */
function equivalentRefusal(
  template: string,
  equivalent: string,
  nearest: string | undefined,
): RouteRefusal {
  const says = `\`${template}\` and \`${equivalent}\` are the same template with other parameter names`;
  const fix = nearest === undefined ? { fix: ONE_ROUTE } : {};
  return {
    code: 'TEMPLATE_DUPLICATE',
    detail: { says, expected: code(equivalent), found: code(template), nearest, ...fix },
  };
}

/** The fix where the map already declares the other spelling. */
export const ONE_ROUTE = 'they are one route to the gateway, remove one of the two';
