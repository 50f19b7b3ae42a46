/** Composition root of the function behind the custom resource. */
import { type CustomResourceEvent, flushOnChange } from './flush.ts';
import { sdkGatewayControl } from './gateway-control.ts';

const control = sdkGatewayControl();

/** @throws where CloudFormation cannot be told: Lambda then tries again. */
export async function handler(event: CustomResourceEvent): Promise<void> {
  const answer = await flushOnChange(
    event,
    control,
    (record) => void process.stdout.write(`${JSON.stringify(record)}\n`),
  );
  // The signed URL takes a request without content type alone.
  const response = await fetch(event.ResponseURL, {
    method: 'PUT',
    body: JSON.stringify(answer),
    headers: { 'content-type': '' },
  });
  if (!response.ok) throw new Error(`CloudFormation answered ${response.status}`);
}
