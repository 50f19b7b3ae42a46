import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { CodeSigningConfig } from 'aws-cdk-lib/aws-lambda';
import { AccessStack } from '../../../lib/stack/access-stack.ts';
import { exampleMap, newApp, newStack, resources } from '../../support/synthesis.ts';

test('every function takes only signed code where a configuration says so', () => {
  const app = newApp();
  const arn = 'arn:aws:lambda:eu-central-1:123456789012:code-signing-config:csc-1';
  const stack = new AccessStack(app, 'Access', {
    map: exampleMap(),
    codeSigningConfig: CodeSigningConfig.fromCodeSigningConfigArn(
      newStack('Support', app),
      'Signing',
      arn,
    ),
  });
  const functions = resources(Template.fromStack(stack), 'AWS::Lambda::Function');
  expect(functions.length).toBeGreaterThan(1);
  for (const { Properties } of functions) expect(Properties['CodeSigningConfigArn']).toBe(arn);
});

test('the asset holds the licences of the packages that it has parts of', () => {
  const { bundleLambda } = createRequire(resolve('package.json'))(
    './scripts/bundle-lambda.cjs',
  ) as {
    bundleLambda(entry: string): readonly { path: string; contents: Uint8Array }[];
  };
  const notice = bundleLambda(resolve('lambda/authorizer/index.ts')).find(
    ({ path }) => path === 'NOTICE.txt',
  );
  const text = Buffer.from(notice?.contents ?? []).toString();
  for (const name of ['aws-jwt-verify', 'aws4']) {
    const { version } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')) as {
      readonly version: string;
    };
    expect(text).toContain(`${name} ${version} (`);
  }
  expect(text).toContain('Apache License');
  expect(text).toContain('Permission is hereby granted, free of charge');
});
