import type { Code } from 'aws-cdk-lib/aws-lambda';
import type { StoreClient } from '../../lambda/core/contract/store-client.ts';
import type { ModelFile } from '../../lambda/core/model/model-file.ts';
import { modelAsset } from './asset-files.ts';
import { functionCode } from './function-code.ts';

/**
 * The code of a function that reads the map: its bundle with the compiled access map
 * (`access-model.json`).
 */
export const mapFunctionCode = (
  name: 'authorizer' | 'permissions',
  model: ModelFile,
  storeClient?: StoreClient,
): Code => functionCode(name, [modelAsset(model)], storeClient);

/** The authorizer function's code. */
export const authorizerCode = (model: ModelFile, storeClient?: StoreClient): Code =>
  mapFunctionCode('authorizer', model, storeClient);
