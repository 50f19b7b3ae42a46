import type { Code } from 'aws-cdk-lib/aws-lambda';
import { MODEL_FILE_NAME } from '../../lambda/core/contract/environment.ts';
import type { ModelFile } from '../../lambda/core/model/model-file.ts';
import { packModel } from '../../lambda/core/model/packed-model.ts';
import { functionCode } from './function-code.ts';
import type { StoreClient } from './operations-props.ts';

/**
 * The code of a function that reads the map: its bundle with the compiled access map
 * (`access-model.json`).
 */
export const mapFunctionCode = (
  name: 'authorizer' | 'permissions',
  model: ModelFile,
  storeClient?: StoreClient,
): Code =>
  functionCode(
    name,
    [{ path: MODEL_FILE_NAME, contents: Buffer.from(JSON.stringify(packModel(model))) }],
    storeClient,
  );

/** The authorizer function's code. */
export const authorizerCode = (model: ModelFile, storeClient?: StoreClient): Code =>
  mapFunctionCode('authorizer', model, storeClient);
