/** The code that a function of the account runs. The SDK is loaded here only. */
import { Option } from 'commander';
import { parseFunctionArn } from '../../../lambda/core/contract/function-arn.ts';
import { ServiceError, UsageError } from '../shell/command.ts';

export interface FunctionCode {
  readonly zip: Uint8Array;
  /** SHA-256 of the zip in base64, as Lambda reports it. */
  readonly sha256: string;
}

/** Our functions have less than 1 MB. */
const CODE_DOWNLOAD_TIMEOUT_MS = 30_000;

export const stackOption = (): Option =>
  new Option(
    '--stack <name>',
    'stack of the authorizer (default: access-<api.name>, else the one whose outputs name the map)',
  );

/** @throws UsageError for a text that is not the ARN of a function. */
export function requireFunctionArn(arn: string | undefined): void {
  if (arn !== undefined && parseFunctionArn(arn) === undefined)
    throw new UsageError(
      `expected \`--function\` with the ARN of a function, found \`${arn}\`: see the stack's output AuthorizerArn`,
    );
}

/**
 * @param arn with the alias that gateways invoke, if they invoke one.
 * @returns undefined where there is no such function.
 */
export async function readFunctionCode(arn: string): Promise<FunctionCode | undefined> {
  const { LambdaClient, GetFunctionCommand, ResourceNotFoundException } = await import(
    '@aws-sdk/client-lambda'
  );
  const { region = '' } = parseFunctionArn(arn) ?? {};
  const found = await new LambdaClient({ region })
    .send(new GetFunctionCommand({ FunctionName: arn }))
    .catch((error: unknown) => {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    });
  if (found === undefined) return undefined;
  const { Code: { Location: url, RepositoryType: kind = 'S3' } = {}, Configuration } = found;
  if (url === undefined || kind !== 'S3')
    throw new ServiceError(
      'FUNCTION_CODE_UNREADABLE',
      `expected Lambda to say where the code of the function is, found ${url === undefined ? 'nothing' : `a container image (${kind})`}`,
    );
  // Signed by Lambda for some minutes; the code is never written to a file.
  const answer = await fetch(url, { signal: AbortSignal.timeout(CODE_DOWNLOAD_TIMEOUT_MS) });
  if (!answer.ok)
    throw new ServiceError(
      'FUNCTION_CODE_UNREADABLE',
      `expected the code of the function from S3, found ${answer.status}`,
    );
  const zip = new Uint8Array(await answer.arrayBuffer());
  return { zip, sha256: Configuration?.CodeSha256 ?? '' };
}
