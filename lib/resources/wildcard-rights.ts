import { Stack } from 'aws-cdk-lib';
import type { PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { acknowledge } from './acknowledge.ts';

/**
 * Tells cdk-nag why resources of a role's statements contain `*`: one acknowledgement for each
 * finding, so that a new finding is reported.
 */
export function acknowledgeWildcards(
  role: Role,
  statements: readonly PolicyStatement[],
  reason: string,
): void {
  const stack = Stack.of(role);
  const resources = new Set(
    statements
      .flatMap((statement) => statement.resources)
      .map((resource) => findingOf(stack.resolve(resource))),
  );
  for (const resource of resources) {
    if (resource.includes('*'))
      acknowledge(role, { id: `AwsSolutions-IAM5[Resource::${resource}]`, reason });
  }
}

/** A resource as cdk-nag writes it: references between angle brackets. */
function findingOf(resource: unknown): string {
  if (typeof resource === 'string') return resource;
  const [name, value] = Object.entries(resource as object)[0] ?? [];
  if (name === 'Fn::Join') return (value as [string, unknown[]])[1].map(findingOf).join('');
  if (name === 'Fn::ImportValue') return findingOf(value);
  return `<${name === 'Fn::GetAtt' ? (value as string[]).join('.') : String(value)}>`;
}
