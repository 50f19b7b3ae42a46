/** Why AWS could not be asked: what is set wrong on this machine, and the command that fixes it. */
import type { FailureOf } from '../../../lambda/core/contract/failures.ts';
import { ServiceError } from './command.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const EXPIRED =
  /^(?:ExpiredToken|ExpiredTokenException|RequestExpired|TokenRefreshRequired|SSOTokenProviderFailure)$/;
const UNKNOWN = /^(?:UnrecognizedClientException|InvalidClientTokenId|InvalidAccessKeyId)$/;

/** The error itself, and what led to it, to a depth that no chain has. */
const chainOf = (error: unknown, depth = 8): readonly Error[] =>
  error instanceof Error && depth > 0 ? [error, ...chainOf(error.cause, depth - 1)] : [];

/** Nothing for an error that says something else. */
export function awsAccessError(error: unknown, env: Environment): ServiceError | undefined {
  for (const { name, message } of chainOf(error)) {
    const says = codeAndSentence(name, message, env);
    if (says !== undefined) return new ServiceError(...says, { cause: error });
  }
  return undefined;
}

function codeAndSentence(
  name: string,
  message: string,
  env: Environment,
): readonly [FailureOf<'service'>, string] | undefined {
  const profile = env['AWS_PROFILE'] || 'default';
  if (message === 'Region is missing')
    return [
      'AWS_REGION_ABSENT',
      `expected a Region of AWS, found none: set \`AWS_REGION\`, or run \`aws configure set region REGION --profile ${profile}\``,
    ];
  const isOfCredentials = /^(?:Credentials|Token)ProviderError$/.test(name);
  if (EXPIRED.test(name) || (isOfCredentials && /expired|refresh/i.test(message)))
    return [
      'AWS_SESSION_EXPIRED',
      env['AWS_ACCESS_KEY_ID']
        ? 'the session of AWS has expired: set `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN` again, e.g. with `aws configure export-credentials --format env`'
        : `the session of the AWS profile \`${profile}\` has expired: run \`aws sso login --profile ${profile}\``,
    ];
  if (UNKNOWN.test(name))
    return [
      'AWS_CREDENTIALS_UNKNOWN',
      `expected credentials that AWS knows, found others: look at \`aws sts get-caller-identity --profile ${profile}\``,
    ];
  if (isOfCredentials)
    return [
      'AWS_CREDENTIALS_ABSENT',
      `expected credentials for AWS, found none in the environment or in the profile \`${profile}\`: run \`aws configure sso --profile ${profile}\`, or set \`AWS_PROFILE\``,
    ];
  return undefined;
}
