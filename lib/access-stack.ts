import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { SpecRestApi } from 'aws-cdk-lib/aws-apigateway';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Construct } from 'constructs';
import type { AccessMap } from './access-map/index.ts';
import { HttpAccessApi } from './http-access-api.ts';
import { guardKind } from './kind-guard.ts';
import { OktaGroupAuthorizer } from './okta-group-authorizer.ts';
import type { OperationsProps } from './operations.ts';
import { RestAccessApi } from './rest-access-api.ts';

export interface AccessStackProps extends StackProps, OperationsProps {
  /** The API and who may call it. */
  readonly map: AccessMap;

  /**
   * Requests a second, on average, that the API takes before it answers 429; refused ones count as well.
   * It bounds what a flood of junk tokens can cost, and is shared by all callers: quotas of the access map are what divides it.
   * @default 1000
   */
  readonly throttleRate?: number;

  /**
   * Requests that the API takes at once above the rate (the size of the token bucket).
   * @default 500
   */
  readonly throttleBurst?: number;

  /**
   * Stage of a REST API, the first segment of its own URL. HTTP APIs have the stage `$default`.
   * @default 'live'
   */
  readonly stageName?: string;

  /**
   * Whether a REST API's 403 over quota carries the header `Retry-After` from the authorizer's context.
   * @default true; the seconds stand in the body as well, should an account refuse the header's source
   */
  readonly retryAfterHeader?: boolean;

  /**
   * Whether this stack gives API Gateway the role by which it writes the access log of a REST API. The role is a setting of the account in the
   * Region, shared by all REST APIs.
   * @default false: where another stack has set it, two would fight over it; where none has, the first deployment of a REST API fails and says so
   */
  readonly apiGatewayAccountRole?: boolean;
}

/** An access map, deployed: its API with all routes, the authorizer before them, and the table of its quotas. Stack name: `access-<api.name>`. */
export class AccessStack extends Stack {
  readonly authorizer: OktaGroupAuthorizer;
  readonly #api: HttpAccessApi | RestAccessApi;

  constructor(scope: Construct, id: string, props: AccessStackProps) {
    super(scope, id, {
      stackName: `access-${props.map.name}`,
      description: `API ${props.map.name}: Okta groups decide who may call it`,
      // Indentation alone would take a document of 300 routes past the 1 MB of a template.
      suppressTemplateIndentation: props.map.kind === 'rest',
      ...props,
    });
    guardKind(this, props.map.kind);
    this.authorizer = new OktaGroupAuthorizer(this, 'OktaGroupAuthorizer', props);
    this.#api = this.#addApi(props);
    this.#addOutputs(this.#api instanceof RestAccessApi ? this.#api.restApi.url : this.#api.httpApi.apiEndpoint, props.map);
  }

  /** The API of a map of kind `http`. @throws Error for a map of kind `rest`. */
  get httpApi(): HttpApi {
    if (this.#api instanceof HttpAccessApi) return this.#api.httpApi;
    throw new Error(`${this.node.path}: expected a map of kind \`http\`, found \`rest\`: use \`restApi\``);
  }

  /** The API of a map of kind `rest`; its methods come from the map alone. @throws Error for a map of kind `http`. */
  get restApi(): SpecRestApi {
    if (this.#api instanceof RestAccessApi) return this.#api.restApi;
    throw new Error(`${this.node.path}: expected a map of kind \`rest\`, found \`http\`: use \`httpApi\``);
  }

  #addApi(props: AccessStackProps): HttpAccessApi | RestAccessApi {
    const { map } = props;
    const throttle = { rateLimit: props.throttleRate ?? 1000, burstLimit: props.throttleBurst ?? 500 };
    const shared = { map, authorizer: this.authorizer, operations: props, throttle };
    if (map.kind === 'http') return new HttpAccessApi(this, 'Api', shared);
    return new RestAccessApi(this, 'Api', {
      ...shared,
      stageName: props.stageName ?? 'live',
      retryAfterHeader: props.retryAfterHeader ?? true,
      apiGatewayAccountRole: props.apiGatewayAccountRole ?? false,
    });
  }

  #addOutputs(url: string, map: AccessMap): void {
    new CfnOutput(this, 'ApiUrl', { value: url, description: 'Where the API is called' });
    new CfnOutput(this, 'MapVersion', { value: map.version, description: 'Version of the access map that is in force' });
    new CfnOutput(this, 'AuthorizerFunction', {
      value: this.authorizer.function.functionName,
      description: 'Function that decides each request',
    });
    const table = this.authorizer.quotaTable;
    if (table !== undefined) new CfnOutput(this, 'QuotaTable', { value: table.tableName, description: 'Table that quotas are counted in' });
  }
}
