import { GatewayError } from '../../../lambda/gateway/live-api.ts';
import { ServiceError, UsageError } from '../shell/command.ts';

/**
 * @param what what AWS is to tell, for the message.
 * @throws ServiceError where AWS does not answer: nothing can be said then.
 */
export async function askAws<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (
      cause instanceof GatewayError ||
      cause instanceof UsageError ||
      cause instanceof ServiceError
    )
      throw cause;
    const { name, message } = cause instanceof Error ? cause : { name: '', message: String(cause) };
    throw new ServiceError(
      'AWS_REQUEST_FAILED',
      `expected AWS to say ${what}, and the request failed: ${name} ${message}`.trim(),
      { cause },
    );
  }
}
