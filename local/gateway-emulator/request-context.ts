/** What the request contexts of both kinds of API say of the request itself. */
import { type Call, domainName } from './call.ts';
import { commonLogTime } from './request.ts';

/** @param resource the template that the gateway matched. */
export const requestFacts = (
  call: Call,
  resource: string | undefined,
): Readonly<Record<string, unknown>> => {
  const { request, apiId, stage } = call;
  return {
    domainName: domainName(apiId),
    domainPrefix: apiId,
    httpMethod: request.method,
    identity: {
      sourceIp: request.sourceIp,
      userAgent: request.headers.get('user-agent') ?? null,
    },
    path: request.path,
    protocol: request.protocol,
    requestId: request.id,
    requestTime: commonLogTime(request.timeMs),
    requestTimeEpoch: request.timeMs,
    resourcePath: resource,
    stage: stage.name,
  };
};
