import { expect, test } from '@jest/globals';
import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { AccessStack } from '../../lib/access-stack.ts';
import { exampleMap, newApp } from './synthesis.ts';

function checkedStack(): { readonly app: App; readonly stack: AccessStack } {
  const app = newApp();
  const stack = new AccessStack(app, 'Example', { map: exampleMap() });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return { app, stack };
}

test('cdk-nag finds the public route of the example and nothing else', () => {
  const { app } = checkedStack();
  expect(() => app.synth()).toThrow('GET --health aws-cdk-lib.aws_apigatewayv2.CfnRoute');
  const accepted = checkedStack();
  Validations.of(accepted.stack.httpApi.node.findChild('GET /health')).acknowledge({
    id: 'AwsSolutions-APIG4',
    reason: 'the access map lists it as public, which means without authorizer',
  });
  expect(() => accepted.app.synth()).not.toThrow();
});
