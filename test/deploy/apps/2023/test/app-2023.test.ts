import * as cdk from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { App2023Stack } from '../lib/app-2023-stack';

test('every route has the authorizer', () => {
  const app = new cdk.App();
  const stack = new App2023Stack(app, 'MyTestStack');
  const template = Template.fromStack(stack);
  template.resourceCountIs('AWS::ApiGatewayV2::Authorizer', 1);
  template.resourcePropertiesCountIs('AWS::ApiGatewayV2::Route', { AuthorizationType: 'CUSTOM' }, 3);
});
