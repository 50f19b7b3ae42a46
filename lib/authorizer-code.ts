import type { Code } from 'aws-cdk-lib/aws-lambda';
import type { ModelFile } from '../lambda/core/model.ts';
import { functionCode } from './function-code.ts';

/** The authorizer function's code, with the compiled access map (`access-model.json`) beside it. */
export const authorizerCode = (model: ModelFile): Code =>
  functionCode('authorizer', [{ path: 'access-model.json', contents: Buffer.from(JSON.stringify(model)) }]);
