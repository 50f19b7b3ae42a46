/** The routes that the gateway has of an OpenAPI document, and what it cannot have of it. */
import { METHODS } from '../../../lambda/core/path/http-methods.ts';
import { methodOf, type RouteKey } from '../../../lambda/core/path/route-key.ts';
import type { DocumentServer } from '../../openapi/server-path.ts';
import { code, type Detail, type ProblemCode } from '../report/problems.ts';
import { diagnose, parseRoute } from './notation.ts';
import { routeAdmission } from './route-admission.ts';

/** What an import does with the path of the document's server. */
export type BasePath = 'ignore' | 'prepend';

export interface DocumentRoute<Operation> {
  /** The gateway's route key. */
  readonly key: string;
  /** As the document writes it, where the gateway has another: `GET /data/`. */
  readonly written?: string;
  readonly operation: Operation;
}

export interface LeftOut<Operation> {
  /** As the document writes it, with the base path. */
  readonly key: string;
  readonly operation: Operation;
  readonly code: ProblemCode;
  readonly detail: Detail;
}

export interface DocumentRoutes<Operation> {
  readonly routes: readonly DocumentRoute<Operation>[];
  readonly left: readonly LeftOut<Operation>[];
}

export interface DocumentApi {
  readonly kind: 'http' | 'rest';
  readonly basePath: BasePath;
  readonly server: Pick<DocumentServer, 'path' | 'isStage'>;
}

/** The stage of an exported API is no part of its routes, whatever `routes.basePath` says. */
export function documentRoutes<Operation extends RouteKey>(
  operations: readonly Operation[],
  { kind, basePath, server }: DocumentApi,
): DocumentRoutes<Operation> {
  const prefix = basePath === 'prepend' && !server.isStage ? server.path : '';
  const refuse = refusals(kind);
  const routes: DocumentRoute<Operation>[] = [];
  const left: LeftOut<Operation>[] = [];
  for (const operation of operations) {
    const written = writtenKey(operation, prefix);
    const key = gatewayKey(operation, prefix, kind);
    const refused = refuse(key);
    if (refused !== undefined) left.push({ key: written, operation, ...refused });
    else routes.push({ key, operation, ...(key !== written && key !== '$default' && { written }) });
  }
  return { routes, left };
}

const writtenKey = ({ method, template }: RouteKey, prefix: string): string =>
  `${method} ${template === '/' && prefix !== '' ? prefix : `${prefix}${template}`}`;

/** Source: API Gateway, "Working with OpenAPI definitions for HTTP APIs": `/$default`. */
function gatewayKey(operation: RouteKey, prefix: string, kind: DocumentApi['kind']): string {
  const { method, template } = operation;
  if (kind === 'http' && method === 'ANY' && template === '/$default') return '$default';
  const written = writtenKey(operation, prefix);
  // A REST API has resources, which no slash ends; to an HTTP API the slash is part of the route.
  return kind === 'rest' ? written.replace(/([^ ])\/+$/, '$1') : written;
}

type Refusal = Pick<LeftOut<unknown>, 'code' | 'detail'>;

/** Each route is evaluated beside those that were kept before it. */
function refusals(kind: DocumentApi['kind']): (key: string) => Refusal | undefined {
  const admit = routeAdmission(kind);
  return (key) => {
    const method = methodOf(key);
    const parsed = parseRoute(key);
    if (parsed === undefined) return { code: 'ROUTE_INVALID', detail: invalid(key, method) };
    return admit({ ...parsed, key });
  };
}

/** Whether the gateway has routes of the method; it imports no others. */
export const isRouteMethod = (method: string): boolean =>
  ['ANY', ...METHODS].some((known) => known === method);

function invalid(key: string, method: string): Detail {
  if (!isRouteMethod(method)) return { says: `the gateway has no method ${code(method)}` };
  const { nearest: _, ...detail } = diagnose(key, 'route');
  return { ...detail, found: code(key) };
}

/** Why an operation is left out, as a sentence without its place. */
export function reasonOf({
  detail: { says, expected, found },
}: Pick<LeftOut<unknown>, 'detail'>): string {
  return says ?? `expected ${expected}, found ${found}`;
}
