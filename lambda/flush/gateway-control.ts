/** API Gateway's control plane by the AWS SDK, which retries throttled requests. */
import {
  APIGatewayClient,
  FlushStageAuthorizersCacheCommand,
  GetStagesCommand,
} from '@aws-sdk/client-api-gateway';
import {
  ApiGatewayV2Client,
  GetStagesCommand as GetHttpStagesCommand,
  ResetAuthorizersCacheCommand,
} from '@aws-sdk/client-apigatewayv2';
import { allPages } from '../gateway/all-pages.ts';
import type { GatewayControl } from './flush.ts';

/**
 * A deployment waits for this, so it is worth retrying a throttled control plane (10 requests a
 * second for each account).
 */
const MAX_ATTEMPTS = 6;

export function sdkGatewayControl(
  http = new ApiGatewayV2Client({ maxAttempts: MAX_ATTEMPTS }),
  rest = new APIGatewayClient({ maxAttempts: MAX_ATTEMPTS }),
): GatewayControl {
  return {
    async stagesOf({ kind, apiId }) {
      if (kind === 'http') return httpStages(http, apiId);
      const { item = [] } = await rest.send(new GetStagesCommand({ restApiId: apiId }));
      return item.flatMap(({ stageName }) => stageName ?? []);
    },
    async flush({ kind, apiId }, stage) {
      if (kind === 'rest')
        await rest.send(
          new FlushStageAuthorizersCacheCommand({ restApiId: apiId, stageName: stage }),
        );
      else await http.send(new ResetAuthorizersCacheCommand({ ApiId: apiId, StageName: stage }));
    },
  };
}

async function httpStages(client: ApiGatewayV2Client, apiId: string): Promise<readonly string[]> {
  const stages = await allPages(async (marker) => {
    const { Items, NextToken } = await client.send(
      new GetHttpStagesCommand({
        ApiId: apiId,
        ...(marker !== undefined && { NextToken: marker }),
      }),
    );
    return { items: Items, next: NextToken };
  });
  return stages.flatMap(({ StageName }) => StageName ?? []);
}
