import * as cdk from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** A rule that a construct does not follow, and why. */
interface Acknowledgement {
  /** The rule's id, as cdk-nag writes it. */
  readonly id: string;
  readonly reason: string;
}

/**
 * Tells validators such as cdk-nag why `scope` does not follow a rule. Nothing happens with a
 * release of aws-cdk-lib that cannot be told yet, which is why it is asked by the namespace: a named
 * import would fail there.
 */
export function acknowledge(scope: IConstruct, ...rules: readonly Acknowledgement[]): void {
  const { Validations: validations }: Partial<typeof cdk> = cdk;
  validations?.of(scope).acknowledge(...rules);
}
