/** Bounds of the props of a stack beside those of the authorizer. */
import { Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

export interface BoundedProps {
  readonly throttleRate?: number;
  readonly throttleBurst?: number;
  readonly stageName?: string;
}

/**
 * CloudFormation would find them in the middle of a deployment, or take a rate of 0, which refuses
 * every call. Source: API Gateway, "CreateStage": letters, digits, hyphens and underscores, at most
 * 128.
 * @throws Error for a value that API Gateway does not take.
 */
export function assertBounds(
  scope: Construct,
  { throttleRate, throttleBurst, stageName }: BoundedProps,
): void {
  const assert = (isValid: boolean, name: string, expected: string, found: unknown): void => {
    if (isValid) return;
    throw new Error(
      `${scope.node.path}: \`${name}\`: expected ${expected}, found \`${String(found)}\``,
    );
  };
  if (throttleRate !== undefined && !Token.isUnresolved(throttleRate))
    assert(
      Number.isFinite(throttleRate) && throttleRate > 0,
      'throttleRate',
      'calls a second, above 0',
      throttleRate,
    );
  if (throttleBurst !== undefined && !Token.isUnresolved(throttleBurst))
    assert(
      Number.isInteger(throttleBurst) && throttleBurst > 0,
      'throttleBurst',
      'a whole number of calls above 0',
      throttleBurst,
    );
  if (stageName !== undefined && !Token.isUnresolved(stageName))
    assert(
      /^[A-Za-z0-9_-]{1,128}$/.test(stageName),
      'stageName',
      'letters, digits, hyphens and underscores, at most 128',
      stageName,
    );
}
