/** Edits of a REST API that its stage does not serve yet. */
import {
  type APIGatewayClient,
  GetExportCommand,
  type Resource,
} from '@aws-sdk/client-api-gateway';

interface Integration {
  readonly type?: string | undefined;
  readonly uri?: string | undefined;
}

/**
 * Routes that differ between the stage and the API: that only one of the two has, or whose
 * integration is another.
 */
export async function pendingRestEdits(
  client: APIGatewayClient,
  restApiId: string,
  stageName: string,
  resources: readonly Resource[],
): Promise<readonly string[]> {
  const parameters = { extensions: 'integrations' };
  const { body } = await client.send(
    new GetExportCommand({
      restApiId,
      stageName,
      exportType: 'oas30',
      parameters,
      accepts: 'application/json',
    }),
  );
  const served = exportedIntegrations(JSON.parse(new TextDecoder().decode(body)));
  const live = new Map<string, Integration>();
  for (const { path = '', resourceMethods = {} } of resources) {
    for (const [method, detail] of Object.entries(resourceMethods))
      live.set(`${method} ${path}`, detail.methodIntegration ?? {});
  }
  const differs = (key: string): boolean => textOf(served.get(key)) !== textOf(live.get(key));
  return [...new Set([...served.keys(), ...live.keys()])].filter(differs).sort();
}

const textOf = (integration: Integration | undefined): string =>
  integration === undefined
    ? 'absent'
    : `${integration.type?.toUpperCase() ?? ''} ${integration.uri ?? ''}`;

function exportedIntegrations(document: unknown): ReadonlyMap<string, Integration> {
  const { paths = {} } = document as {
    readonly paths?: Readonly<
      Record<
        string,
        Readonly<Record<string, { readonly 'x-amazon-apigateway-integration'?: Integration }>>
      >
    >;
  };
  const found = new Map<string, Integration>();
  for (const [path, operations] of Object.entries(paths)) {
    for (const [name, operation] of Object.entries(operations)) {
      const method = name === 'x-amazon-apigateway-any-method' ? 'ANY' : name.toUpperCase();
      if (name === 'parameters') continue;
      found.set(`${method} ${path}`, operation['x-amazon-apigateway-integration'] ?? {});
    }
  }
  return found;
}
