/** Composition root of the function that empties the gateway's cache. */
import { type ResourceEvent, sendResponse } from '../adapters/custom-resource.ts';
import { flushOnChange } from './flush.ts';
import { sdkGatewayControl } from './gateway-control.ts';

const control = sdkGatewayControl();
const log = (record: Readonly<Record<string, unknown>>): void =>
  void process.stdout.write(`${JSON.stringify(record)}\n`);

/** @throws Error when CloudFormation does not take the answer: Lambda then invokes it again. */
export async function handler(event: ResourceEvent): Promise<void> {
  await sendResponse(event, await flushOnChange(event, control, log), fetch);
}
