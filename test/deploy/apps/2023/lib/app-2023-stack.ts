import * as cdk from 'aws-cdk-lib';
import { HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpUrlIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Construct } from 'constructs';
import { AccessMap, OktaGroupAuthorizer } from 'okta-group-authorizer';
import { quotaMiddleware } from 'okta-group-authorizer/middleware';

export class App2023Stack extends cdk.Stack {
  constructor(scope: Construct, id: string, props?: cdk.StackProps) {
    super(scope, id, props);
    const api = new HttpApi(this, 'Api');
    const back = new HttpUrlIntegration('Back', 'https://orders.example.com');
    api.addRoutes({ path: '/orders', methods: [HttpMethod.GET, HttpMethod.POST], integration: back });
    api.addRoutes({ path: '/orders/{id}', methods: [HttpMethod.GET], integration: back });
    const map: AccessMap = AccessMap.fromFile('access.yaml');
    new OktaGroupAuthorizer(this, 'Authorizer', { map }).protect(api);
    quotaMiddleware({ trustHeaders: true });
  }
}
