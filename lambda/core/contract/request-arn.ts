/**
 * ARNs of requests to an API: `arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/path`. Source:
 * API Gateway Developer Guide, "ARN format reference".
 */

export interface RequestArn {
  /** The ARN up to the stage and the slash after it: what all requests of one stage share. */
  readonly stageArn: string;
  readonly partition: string;
  readonly apiId: string;
  readonly stage: string;
  readonly method: string;
}

/** Only five colons are split off: paths may hold more. */
const REQUEST_ARN =
  /^(?<stageArn>arn:(?<partition>[^:]+):execute-api:[^:]*:[^:]*:(?<apiId>[^/]+)\/(?<stage>[^/]+)\/)(?<method>[^/]+)\//;

/** @returns undefined for a text that is not the ARN of a request. */
export const parseRequestArn = (arn: string): RequestArn | undefined =>
  // A match has every group.
  REQUEST_ARN.exec(arn)?.groups as RequestArn | undefined;
