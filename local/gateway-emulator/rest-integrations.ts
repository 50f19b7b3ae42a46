/** Hands a call of a REST API to its integration and its answer back. */
import type { RestIntegrationView } from '../cloud-assembly.ts';
import type { Call } from './call.ts';
import {
  forwardable,
  type IntegrationAnswer,
  type IntegrationOptions,
  invokeFunction,
  proxy,
} from './integrations.ts';
import { restIntegrationEvent } from './rest-event.ts';
import type { FailureType } from './rest-failures.ts';
import { createRestMapping } from './rest-mappings.ts';

export type RestIntegrationAnswer =
  | Extract<IntegrationAnswer, { readonly kind: 'answer' }>
  | { readonly kind: 'failed'; readonly type: FailureType; readonly error: string };

export type RestIntegrate = (call: Call) => Promise<RestIntegrationAnswer>;

/** @throws TemplateError for mappings that cannot be served */
export function createRestIntegration(
  view: RestIntegrationView,
  options: IntegrationOptions,
): RestIntegrate {
  switch (view.kind) {
    case 'mock':
      return async () => ({
        kind: 'answer',
        status: view.status,
        headers: view.headers,
        body: Buffer.alloc(0),
      });
    case 'lambda': {
      const form = { payload: '1.0', event: restIntegrationEvent } as const;
      return async (call) =>
        asRest(await invokeFunction({ timeoutMs: view.timeoutMs, form }, view, call, options));
    }
    case 'http': {
      const mapping = createRestMapping(
        view.uri,
        view.requestParameters,
        options.missingMappingValue,
      );
      const target = {
        kind: 'http',
        uri: new URL(view.uri.replaceAll(/[{}]/g, '')).origin,
        method: view.method,
      } as const;
      return async (call) => {
        const outgoing = {
          path: mapping.path(call),
          query: call.request.query,
          headers: mapping.headers(call, forwardable(call)),
        };
        return asRest(await proxy(call, view.timeoutMs, target, outgoing));
      };
    }
  }
}

function asRest(answer: IntegrationAnswer): RestIntegrationAnswer {
  if (answer.kind === 'answer') return answer;
  const { status, error } = answer;
  if (status === 413) return { kind: 'failed', type: 'REQUEST_TOO_LARGE', error };
  if (status === 500) return { kind: 'failed', type: 'DEFAULT_5XX', error };
  return {
    kind: 'failed',
    type: /no answer within|timed out/.test(error) ? 'INTEGRATION_TIMEOUT' : 'INTEGRATION_FAILURE',
    error,
  };
}
