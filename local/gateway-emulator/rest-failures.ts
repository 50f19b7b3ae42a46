/**
 * The errors that a REST API's gateway answers by itself. A response type that is not set takes its
 * headers and template from the default of its class. A header whose source has no value is left
 * out; what the service does then is not documented. Source: API Gateway Developer Guide, "Gateway
 * response types"; bodies as recorded by marcogrcr (dev.to, "failure modes").
 */
import { createHash } from 'node:crypto';
import type { GatewayResponseView } from '../cloud-assembly.ts';
import { type Call, contextVariable } from './call.ts';
import type { GatewayAnswer } from './gateway-server.ts';
import { readValue } from './rest-mappings.ts';

interface Failure {
  readonly status: number;
  /** Undefined: the service says `null`. */
  readonly message: string | undefined;
  readonly errorType: string;
}

export const FAILURES = {
  UNAUTHORIZED: { status: 401, message: 'Unauthorized', errorType: 'UnauthorizedException' },
  ACCESS_DENIED: {
    status: 403,
    message: 'User is not authorized to access this resource with an explicit deny',
    errorType: 'AccessDeniedException',
  },
  MISSING_AUTHENTICATION_TOKEN: {
    status: 403,
    message: 'Missing Authentication Token',
    errorType: 'MissingAuthenticationTokenException',
  },
  // An unknown path of a call with the header Authorization: the service reads it as a signature.
  INVALID_SIGNATURE: {
    status: 403,
    message: 'not a valid key=value pair (missing equal-sign) in Authorization header',
    errorType: 'IncompleteSignatureException',
  },
  AUTHORIZER_FAILURE: {
    status: 500,
    message: undefined,
    errorType: 'AuthorizerConfigurationException',
  },
  REQUEST_TOO_LARGE: {
    status: 413,
    message: 'Request Too Long',
    errorType: 'RequestTooLargeException',
  },
  INTEGRATION_FAILURE: {
    status: 504,
    message: 'Network error communicating with endpoint',
    errorType: 'InternalServerErrorException',
  },
  INTEGRATION_TIMEOUT: {
    status: 504,
    message: 'Endpoint request timed out',
    errorType: 'InternalServerErrorException',
  },
  DEFAULT_5XX: {
    status: 502,
    message: 'Internal server error',
    errorType: 'InternalServerErrorException',
  },
} as const satisfies Readonly<Record<string, Failure>>;

export type FailureType = keyof typeof FAILURES;

export function gatewayResponse(
  type: FailureType,
  call: Call,
  views: ReadonlyMap<string, GatewayResponseView>,
): GatewayAnswer {
  const { status: ownStatus, message: ownMessage, errorType } = FAILURES[type];
  const message = type === 'INVALID_SIGNATURE' ? signatureMessage(call) : ownMessage;
  const view = views.get(type) ?? views.get(ownStatus < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX');
  const status = view?.statusCode ?? ownStatus;
  const failed: Call = {
    ...call,
    outcome: { ...NOTHING, ...call.outcome, status, errorMessage: message, responseType: type },
  };
  const headers = Object.entries(view?.parameters ?? {}).flatMap(([name, value]) => {
    const found = readValue(value)(failed);
    return found === undefined || found === ''
      ? []
      : [[name.replace('gatewayresponse.header.', '').toLowerCase(), found] as const];
  });
  return {
    status,
    headers: {
      'content-type': 'application/json',
      'x-amzn-errortype': errorType,
      ...Object.fromEntries(headers),
    },
    body: Buffer.from(bodyOf(type, failed, view?.templates['application/json'])),
  };
}

/** The service tells the header's hash, or its text, which a local run keeps to itself. */
function signatureMessage({ request }: Call): string {
  const header = request.headers.get('authorization') ?? '';
  const hash = createHash('sha256').update(header).digest('base64');
  return `'${hash}' ${FAILURES.INVALID_SIGNATURE.message} (hashed with SHA-256 and encoded with Base64): '${hash}'.`;
}

const NOTHING = {
  responseBytes: 0,
  latencyMs: 0,
  integrationStatus: undefined,
  authorizerError: undefined,
  integrationError: undefined,
} as const;

function bodyOf(type: FailureType, call: Call, template: string | undefined): string {
  // The service writes this one message under a capital letter.
  if (template === undefined && type === 'ACCESS_DENIED')
    return JSON.stringify({ Message: FAILURES[type].message });
  return (template ?? '{"message":$context.error.messageString}').replaceAll(
    /\$context\.([A-Za-z0-9_]+(?:\.[A-Za-z0-9_-]+)*)/g,
    (_all, name: string) =>
      contextVariable(call, name) ?? (name === 'error.messageString' ? 'null' : ''),
  );
}
