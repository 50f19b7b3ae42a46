/** Our client of DynamoDB alone: the light one, or the SDK's, as the bundler is told. */
import { loadDynamo } from '../../lambda/adapters/dynamo/load.ts';
import { UPDATE } from './update.ts';

const client = (await loadDynamo())();

export const handler = (): Promise<unknown> => client.send('UpdateItem', UPDATE, 1_000);
