import type { Code } from 'aws-cdk-lib/aws-lambda';
import type { ModelFile } from '../lambda/core/model.ts';
import { functionCode } from './function-code.ts';

/** The authorizer function's code: its bundle and the compiled access map (`access-model.json`) beside it. */
export function authorizerCode(model: ModelFile): Code {
  return functionCode('authorizer', [{ path: 'access-model.json', contents: Buffer.from(JSON.stringify(model)) }]);
}
