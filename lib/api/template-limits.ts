/** CloudFormation's limits for one stack, checked for a map at synthesis. */
import { CfnResource, Stack } from 'aws-cdk-lib';
import { type AccessMap, AccessMapError } from '../access-map/index.ts';
import { type Detail, problem } from '../access-map/report/problems.ts';
import { documentRefusal, MAX_RESOURCES, resourcesRefusal } from './template-size.ts';

/** @throws AccessMapError for a larger document. */
export function assertDocumentFits(bytes: number, room: number, map: AccessMap): void {
  if (bytes > room) throw refusal(map, documentRefusal(bytes, room, map));
}

/** @throws AccessMapError for a stack with more resources than CloudFormation accepts. */
export function assertResourcesFit(stack: Stack, map: AccessMap): void {
  const count = stack.node
    .findAll()
    .filter((node) => CfnResource.isCfnResource(node) && Stack.of(node) === stack).length;
  if (count > MAX_RESOURCES) throw refusal(map, resourcesRefusal(count, map));
}

const refusal = ({ source }: AccessMap, detail: Detail): AccessMapError =>
  new AccessMapError([problem('error', 'VALUE_INVALID', { source, path: '/routes' }, detail)]);
