import * as cdk from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** A rule that a construct does not follow, and why. */
interface Acknowledgement {
  /** The rule's id, as cdk-nag writes it: `AwsSolutions-IAM5[Resource::*]`. */
  readonly id: string;
  readonly reason: string;
}

/**
 * Tells validators such as cdk-nag why `scope` does not follow a rule: release 3 by the CDK's own
 * validations, release 2 by metadata of the resources. Older releases of
 * aws-cdk-lib do not have the former, so they are read from the namespace: a named import would
 * fail there.
 */
export function acknowledge(scope: IConstruct, ...rules: readonly Acknowledgement[]): void {
  const { Validations: validations }: Partial<typeof cdk> = cdk;
  validations?.of(scope).acknowledge(...rules);
  for (const resource of scope.node.findAll())
    if (cdk.CfnResource.isCfnResource(resource)) addMetadata(resource, rules);
}

/** Metadata that cdk-nag 2 reads. Source: its README, "Suppressing a Rule". */
const METADATA = 'cdk_nag';

function addMetadata(resource: cdk.CfnResource, rules: readonly Acknowledgement[]): void {
  const { rules_to_suppress: present = [] } = (resource.getMetadata(METADATA) ?? {}) as {
    readonly rules_to_suppress?: readonly unknown[];
  };
  resource.addMetadata(METADATA, { rules_to_suppress: [...present, ...rules.map(suppression)] });
}

/** What a rule finds in a resource is in brackets after its name. */
function suppression({ id, reason }: Acknowledgement): Readonly<Record<string, unknown>> {
  const [, rule = id, finding] = /^([^[]+)\[(.*)\]$/.exec(id) ?? [];
  return { id: rule, reason, ...(finding !== undefined && { applies_to: [finding] }) };
}
