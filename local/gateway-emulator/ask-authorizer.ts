/**
 * Asks an API's authorizer: identity sources first, then the cache, then the function; the policy
 * is evaluated for each request.
 */

import type { AuthorizerView } from '../cloud-assembly.ts';
import type { InvocationResult } from '../function-process/function.ts';
import { evaluatePolicy } from '../iam.ts';
import { type AuthorizerAnswer, parseAnswer } from './authorizer-answer.ts';
import { type AuthorizerContext, type Call, variable } from './call.ts';
import { authorizerEvent, requestArn } from './event.ts';

export type Authorization =
  | {
      readonly kind: 'allowed';
      readonly authorizer: AuthorizerContext;
      readonly source: AuthorizationSource;
    }
  | {
      readonly kind: 'refused';
      readonly status: 401 | 403 | 500;
      /** For the operator; the caller gets the status's fixed message. */
      readonly error: string;
      readonly authorizer: AuthorizerContext | undefined;
      readonly source: AuthorizationSource;
    };

/** Source of the answer. */
export type AuthorizationSource =
  | 'identity source missing'
  | 'identity source empty'
  | 'cached'
  | 'invoked';

export interface AuthorizerOptions {
  readonly invoke: (functionArn: string, event: string) => Promise<InvocationResult>;
  /** Milliseconds since 1970: the cache's clock. */
  readonly now: () => number;
  /** What a thrown `Unauthorized` gives; undocumented for HTTP APIs. Default 401. */
  readonly httpThrow?: 401 | 500;
  /** The gateway gives up after this. Default 10,000, the service's fixed limit. */
  readonly authorizerTimeoutMs?: number;
}

export interface Authorizers {
  readonly authorize: (view: AuthorizerView, call: Call) => Promise<Authorization>;
  /** What ResetAuthorizersCache does. */
  readonly resetCache: () => void;
}

interface CachedAnswer {
  readonly answer: AuthorizerAnswer;
  readonly expiresMs: number;
}

/** In what the two kinds of API differ. */
export interface AuthorizerForm {
  readonly event: (
    call: Call,
    identitySource: readonly string[],
  ) => Readonly<Record<string, unknown>>;
  readonly parse: (payload: string, view: AuthorizerView) => AuthorizerAnswer;
  /** Whether a missing identity source is answered without the function where nothing is cached. */
  readonly requiresIdentitySource: boolean;
}

const httpForm: AuthorizerForm = {
  event: authorizerEvent,
  parse: (payload, view) => parseAnswer(payload, view.simpleResponses),
  requiresIdentitySource: true,
};

export function createAuthorizers(
  options: AuthorizerOptions,
  form: AuthorizerForm = httpForm,
): Authorizers {
  const cache = new Map<string, CachedAnswer>();

  const askFunction = async (
    view: AuthorizerView,
    call: Call,
    { values, key }: { readonly values: readonly string[]; readonly key: string },
  ): Promise<Authorization> => {
    if (!view.invocable)
      return refusal(500, 'the function has no permission for this authorizer', 'invoked');
    const result = await withTimeout(
      options.invoke(view.functionArn, JSON.stringify(form.event(call, values))),
      options.authorizerTimeoutMs,
    );
    if (result.kind === 'error') {
      const status = result.errorMessage === 'Unauthorized' ? (options.httpThrow ?? 401) : 500;
      return refusal(status, `${result.errorType}: ${result.errorMessage}`, 'invoked');
    }
    try {
      const answer = form.parse(result.payload, view);
      if (view.ttlSeconds > 0)
        cache.set(key, { answer, expiresMs: options.now() + view.ttlSeconds * 1000 });
      return evaluate(answer, call, 'invoked');
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      return refusal(500, `authorizer answer: ${message}`, 'invoked');
    }
  };

  const authorize = async (view: AuthorizerView, call: Call): Promise<Authorization> => {
    const found = view.identitySources.map((source) => variable(call, source.replace(/^\$/, '')));
    const values = found.map((value) => value ?? '');
    const required = view.ttlSeconds > 0 || form.requiresIdentitySource;
    if (required && values.includes('')) {
      const lacks = found.includes(undefined) ? 'identity source missing' : 'identity source empty';
      return refusal(401, lacks, lacks);
    }
    const key = JSON.stringify([view.id, call.stage.name, values]);
    const cached = cache.get(key);
    if (cached !== undefined && cached.expiresMs > options.now())
      return evaluate(cached.answer, call, 'cached');
    return askFunction(view, call, { values, key });
  };
  return { authorize, resetCache: () => cache.clear() };
}

function refusal(
  status: 401 | 403 | 500,
  error: string,
  source: AuthorizationSource,
  authorizer?: AuthorizerContext,
): Authorization {
  return { kind: 'refused', status, error, source, authorizer };
}

function evaluate(
  answer: AuthorizerAnswer,
  call: Call,
  source: AuthorizationSource,
): Authorization {
  const authorizer = {
    principalId: answer.kind === 'policy' ? answer.principalId : undefined,
    context: answer.context,
  };
  if (answer.kind === 'simple') {
    return answer.isAuthorized
      ? { kind: 'allowed', authorizer, source }
      : refusal(403, 'isAuthorized is false', source, authorizer);
  }
  const verdict = evaluatePolicy(answer.document, requestArn(call));
  if (verdict === 'allow') return { kind: 'allowed', authorizer, source };
  return refusal(
    403,
    verdict === 'explicitDeny' ? 'explicit deny' : 'implicit deny',
    source,
    authorizer,
  );
}

async function withTimeout(
  pending: Promise<InvocationResult>,
  limitMs = 10_000,
): Promise<InvocationResult> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<InvocationResult>((done) => {
    timer = setTimeout(
      () =>
        done({
          kind: 'error',
          errorType: 'Timeout',
          errorMessage: `no answer within ${limitMs} ms`,
        }),
      limitMs,
    );
  });
  try {
    return await Promise.race([pending, late]);
  } finally {
    clearTimeout(timer);
  }
}
