/**
 * Responses of a REST API that the gateway itself creates. Source: API Gateway, "Gateway responses
 * in API Gateway".
 */
import {
  type APIGatewayClient,
  DeleteGatewayResponseCommand,
  type GatewayResponseType,
  GetGatewayResponsesCommand,
  PutGatewayResponseCommand,
  type GatewayResponse as SdkResponse,
} from '@aws-sdk/client-api-gateway';
import { apiNotFoundOr, isNotFound } from './live-api.ts';

export interface GatewayResponse {
  /** Absent: each error keeps its own. */
  readonly statusCode?: string;
  /** Sources by `gatewayresponse.header.NAME`. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Bodies by media type. */
  readonly templates: Readonly<Record<string, string>>;
}

export interface LiveResponse extends GatewayResponse {
  readonly type: string;
  /** Nobody has set it. It may still show values of a DEFAULT_4XX or DEFAULT_5XX that is set. */
  readonly isDefault: boolean;
}

export interface ResponseControl {
  /** @throws ApiNotFoundError for an API that does not exist. */
  read(): Promise<readonly LiveResponse[]>;
  put(type: string, response: GatewayResponse): Promise<void>;
  /** Removes what is set, if anything. */
  reset(type: string): Promise<void>;
}

export function responseControl(client: APIGatewayClient, restApiId: string): ResponseControl {
  return {
    read: () => readResponses(client, restApiId),
    async put(type, { statusCode, parameters, templates }) {
      await client.send(
        new PutGatewayResponseCommand({
          restApiId,
          responseType: type as GatewayResponseType,
          ...(statusCode !== undefined && { statusCode }),
          responseParameters: { ...parameters },
          responseTemplates: { ...templates },
        }),
      );
    },
    async reset(type) {
      const responseType = type as GatewayResponseType;
      await client
        .send(new DeleteGatewayResponseCommand({ restApiId, responseType }))
        .catch((error: unknown) => {
          if (!isNotFound(error)) throw error;
        });
    },
  };
}

async function readResponses(
  client: APIGatewayClient,
  restApiId: string,
): Promise<readonly LiveResponse[]> {
  const { items = [] } = await client
    .send(new GetGatewayResponsesCommand({ restApiId, limit: 500 }))
    .catch(apiNotFoundOr('rest', restApiId));
  return items.map(liveResponse);
}

const liveResponse = ({
  responseType,
  statusCode,
  responseParameters = {},
  responseTemplates = {},
  defaultResponse = false,
}: SdkResponse): LiveResponse => ({
  type: responseType ?? '',
  ...(statusCode !== undefined && { statusCode }),
  parameters: responseParameters,
  templates: responseTemplates,
  isDefault: defaultResponse,
});
