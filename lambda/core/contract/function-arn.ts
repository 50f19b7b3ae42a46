/** ARNs of Lambda functions. Source: Lambda API reference, `FunctionName` of Invoke. */

export interface FunctionArn {
  /** The ARN without qualifier. */
  readonly unqualified: string;
  readonly region: string;
  /** Version or alias; absent: none is named, which is `$LATEST`. */
  readonly qualifier?: string;
}

const FUNCTION_ARN =
  /^(arn:[a-z-]+:lambda:([a-z0-9-]+):\d{12}:function:[A-Za-z0-9_-]+)(?::([A-Za-z0-9_$-]+))?$/;

/** @returns undefined for a text that is not the ARN of a function. */
export function parseFunctionArn(arn: string | undefined): FunctionArn | undefined {
  const [, unqualified, region = '', qualifier] = FUNCTION_ARN.exec(arn ?? '') ?? [];
  if (unqualified === undefined) return undefined;
  return { unqualified, region, ...(qualifier !== undefined && { qualifier }) };
}
