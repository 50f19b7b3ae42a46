import { CfnResource, Stack } from 'aws-cdk-lib';
import { type AccessMap, AccessMapError, mapPointer } from '../access-map/index.ts';
import { problem } from '../access-map/report/problems.ts';
import { MAX_RESOURCES, resourcesRefusal } from './stack-size.ts';

/** @throws AccessMapError for a stack with more resources than CloudFormation accepts. */
export function assertResourcesFit(stack: Stack, map: AccessMap): void {
  const count = stack.node
    .findAll()
    .filter((node) => CfnResource.isCfnResource(node) && Stack.of(node) === stack).length;
  if (count <= MAX_RESOURCES) return;
  const place = { source: map.source, path: mapPointer('routes') };
  throw new AccessMapError([
    problem('error', 'VALUE_INVALID', place, resourcesRefusal(count, map)),
  ]);
}
