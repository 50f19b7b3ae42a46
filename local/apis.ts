/** What the local run asks of an API's view, HTTP or REST. */
import {
  type Assembly,
  type AuthorizerView,
  type HttpApiView,
  type RestApiView,
  TemplateError,
} from './cloud-assembly.ts';

export type ApiView = HttpApiView | RestApiView;

/** What may have an authorizer: routes of an HTTP API, methods of a REST API. */
export function routesOf(
  api: ApiView,
): readonly { readonly authorizer: AuthorizerView | undefined }[] {
  return 'methods' in api ? api.methods : api.routes;
}

/** ARNs of the functions behind an API's routes. */
export function integratedFunctions(api: ApiView): readonly string[] {
  const targets =
    'methods' in api
      ? api.methods.map((method) => method.integration)
      : api.routes.map((route) => route.integration.target);
  return targets.flatMap((target) => (target.kind === 'lambda' ? [target.functionArn] : []));
}

/** @throws TemplateError unless the assembly has one API */
export function singleApi(assembly: Assembly): ApiView {
  const [api, second] = [...assembly.httpApis, ...assembly.restApis];
  if (api === undefined || second !== undefined) {
    throw new TemplateError(
      `expected one API in the assembly, found ${assembly.httpApis.length + assembly.restApis.length}`,
    );
  }
  return api;
}

/** ARN of the first authorizer's function; undefined when no route has an authorizer. */
export const authorizerArnOf = (api: ApiView): string | undefined => authorizerArnsOf(api)[0];

/** ARNs of the authorizers' functions. */
export const authorizerArnsOf = (api: ApiView): readonly string[] =>
  routesOf(api).flatMap(({ authorizer }) => authorizer?.functionArn ?? []);
