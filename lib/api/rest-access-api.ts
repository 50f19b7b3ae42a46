import { Annotations } from 'aws-cdk-lib';
import {
  AccessLogFormat,
  ApiDefinition,
  type CfnRestApi,
  EndpointType,
  LogGroupLogDestination,
  SpecRestApi,
  type StageOptions,
} from 'aws-cdk-lib/aws-apigateway';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge } from '../resources/acknowledge.ts';
import { operationsLog } from '../resources/operations-log.ts';
import { allowInvocation, invocationUri } from '../template-parts/invoke-permission.ts';
import { accessLogFields } from './access-log-fields.ts';
import { CustomDomain } from './custom-domain.ts';
import { assertDocumentFits, documentExcess } from './document-size.ts';
import type { AccessApiProps } from './http-access-api.ts';
import { privateSettings } from './private-api.ts';
import { restDocument } from './rest-document.ts';

export interface RestAccessApiProps extends AccessApiProps {
  readonly stageName: string;
  readonly retryAfterHeader: boolean;
  readonly apiGatewayAccountRole: boolean;
}

/**
 * The access map's REST API, imported as one document: methods, authorizer and gateway responses
 * are published together or not at all.
 */
export class RestAccessApi extends Construct {
  readonly restApi: SpecRestApi;
  readonly accessLog: LogGroup;
  /** The custom domain, if the map has one. */
  readonly domain: CustomDomain | undefined;

  /** @throws AccessMapError for a map whose document does not fit into a template. */
  constructor(scope: Construct, id: string, props: RestAccessApiProps) {
    super(scope, id);
    const { map, authorizer } = props;
    const document = this.#document(props);
    this.accessLog = operationsLog(this, 'AccessLog', props.operations);
    this.restApi = new SpecRestApi(this, 'RestApi', {
      restApiName: map.name,
      apiDefinition: ApiDefinition.fromInline(document),
      endpointTypes: [EndpointType.REGIONAL],
      ...(map.api.entrance?.executeApi === false && { disableExecuteApiEndpoint: true }),
      // An import drops a security requirement that it does not understand and warns: that must not
      // be deployed.
      failOnWarnings: true,
      // A setting of the account in the Region: the last stack to write it wins.
      cloudWatchRole: props.apiGatewayAccountRole,
      deployOptions: this.#stage(props),
    });
    const { upstream, entrance } = map.api;
    if (entrance?.vpcEndpoints !== undefined)
      Object.assign(this.#resource, privateSettings(entrance.vpcEndpoints));
    if (upstream.kind === 'lambda')
      allowInvocation(this, { functionArn: upstream.functionArn, apiId: this.restApi.restApiId });
    authorizer.protect(this.restApi);
    if (map.permissionsEndpoint !== undefined) authorizer.addPermissionsEndpoint(this.restApi);
    const { domain } = entrance ?? {};
    const [apiId, stage] = [this.restApi.restApiId, this.restApi.deploymentStage.stageName];
    this.domain = domain && new CustomDomain(this, 'Domain', { domain, apiId, stage });
    this.domain?.node.addDependency(this.restApi.deploymentStage);
    this.#acknowledge();
  }

  get #resource(): CfnRestApi {
    return this.restApi.node.defaultChild as CfnRestApi;
  }

  #stage({ map, stageName, throttle, operations }: RestAccessApiProps): StageOptions {
    return {
      stageName,
      throttlingRateLimit: throttle.rateLimit,
      throttlingBurstLimit: throttle.burstLimit,
      tracingEnabled: operations.tracing ?? false,
      accessLogDestination: new LogGroupLogDestination(this.accessLog),
      accessLogFormat: AccessLogFormat.custom(JSON.stringify(accessLogFields(map))),
    };
  }

  /** With all spellings of the headers that must not arrive, as long as they fit. */
  #document({ map, retryAfterHeader }: RestAccessApiProps): object {
    const options = {
      map,
      invocationUri: (arn: string) => invocationUri(this, arn),
      retryAfterHeader,
    };
    const mixed = restDocument({ ...options, spellings: 'mixed' });
    if (documentExcess(mixed, map) === undefined) return mixed;
    const plain = restDocument({ ...options, spellings: 'plain' });
    assertDocumentFits(plain, map);
    Annotations.of(this).addWarningV2(
      'okta-group-authorizer:mixedSpellings',
      `${map.source}: ${map.gatewayRoutes.length} routes leave no room in a template to overwrite names that mix hyphens and underscores (\`x-access_uid\`): ` +
        'expected back ends that ignore names with underscores; check that yours do, or split the map',
    );
    return plain;
  }

  #acknowledge(): void {
    acknowledge(this.restApi, {
      id: 'AwsSolutions-APIG2',
      reason:
        'requests are validated by the upstream, which knows their shape; the access map says who may call, not what',
    });
    acknowledge(
      this.restApi.deploymentStage,
      {
        id: 'AwsSolutions-APIG3',
        reason:
          'a web ACL is chosen by its owner and associated with the stage from outside; throttling is on',
      },
      {
        id: 'AwsSolutions-APIG6',
        reason:
          'execution logs hold parts of requests and tokens; the access log and the decision records do not',
      },
    );
    const role = this.restApi.node.tryFindChild('CloudWatchRole');
    if (role !== undefined)
      acknowledge(role, {
        id: ACCOUNT_ROLE_POLICY,
        reason: 'the policy that AWS keeps for just this role',
      });
  }
}

const ACCOUNT_ROLE_POLICY =
  'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]';
