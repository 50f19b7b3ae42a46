import type { Stack } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { recordKeyOf, unmappedKeyOf } from '../../lambda/core/contract/attachment-record.ts';
import type { AttachTarget } from './attach-options.ts';
import { wantedResponses } from './request-properties.ts';

/**
 * Rights to read. The control plane's actions are HTTP verbs on paths, not names of SDK calls.
 * Source: API Gateway, "Control access to an API with IAM policies".
 */
export function readStatements(
  stack: Stack,
  target: AttachTarget,
  records: Table,
): PolicyStatement[] {
  return [
    new PolicyStatement({
      actions: ['apigateway:GET'],
      resources: readable(target).map((path) => arn(stack, path)),
    }),
    new PolicyStatement({ actions: ['dynamodb:GetItem'], resources: [records.tableArn] }),
  ];
}

/** Right of the check to write down which routes the API has beside those of the map. */
export const handOverStatements = ({ apiId, onUnmapped }: AttachTarget, records: Table) =>
  (onUnmapped ?? 'fail') === 'fail'
    ? []
    : [
        new PolicyStatement({
          actions: ['dynamodb:PutItem'],
          resources: [records.tableArn],
          conditions: {
            'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [unmappedKeyOf(apiId)] },
          },
        }),
      ];

/** Rights to attach, beside reading, on exactly this API. A dry run has none of them. */
export function writeStatements(
  stack: Stack,
  target: AttachTarget,
  records: Table,
): PolicyStatement[] {
  const { apiId, map } = target;
  const routes =
    map.kind === 'http' ? `/apis/${apiId}/routes/*` : `/restapis/${apiId}/resources/*/methods/*`;
  const publishes = map.kind === 'rest' || target.publishPending === true;
  return [
    new PolicyStatement({ actions: ['apigateway:PATCH'], resources: [arn(stack, routes)] }),
    ...(publishes
      ? [
          new PolicyStatement({
            actions: ['apigateway:POST'],
            resources: [arn(stack, `${root(target)}/deployments`)],
          }),
        ]
      : []),
    new PolicyStatement({
      actions: ['dynamodb:PutItem', 'dynamodb:DeleteItem'],
      resources: [records.tableArn],
    }),
  ];
}

/**
 * Rights to read, and mark, the record of an attachment that is taken over: of this API, in the
 * record tables of that stack alone. Which they are, only the list of tables tells.
 */
export function takeOverStatements(
  stack: Stack,
  { takeOver, apiId, dryRun }: AttachTarget,
): PolicyStatement[] {
  if (takeOver === undefined) return [];
  const table = stack.formatArn({
    service: 'dynamodb',
    resource: 'table',
    resourceName: `${takeOver}-*Records*`,
  });
  return [
    new PolicyStatement({ actions: ['dynamodb:ListTables'], resources: ['*'] }),
    new PolicyStatement({
      actions: ['dynamodb:GetItem', ...(dryRun === true ? [] : ['dynamodb:PutItem'])],
      resources: [table],
      conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [recordKeyOf(apiId)] } },
    }),
  ];
}

/** Further rights of a plan while the map asks for gateway responses. */
export const readResponses = (stack: Stack, target: AttachTarget): PolicyStatement[] =>
  target.gatewayResponses
    ? [
        new PolicyStatement({
          actions: ['apigateway:GET'],
          resources: [arn(stack, `${root(target)}/gatewayresponses`)],
        }),
      ]
    : [];

/** Rights to set gateway responses: of exactly the types that are set. */
export function responseStatements(
  stack: Stack,
  target: AttachTarget,
  records: Table,
): PolicyStatement[] {
  const types = wantedResponses(target).map(({ type }) =>
    arn(stack, `${root(target)}/gatewayresponses/${type}`),
  );
  return [
    ...readStatements(stack, target, records),
    ...readResponses(stack, target),
    new PolicyStatement({ actions: ['apigateway:PUT', 'apigateway:DELETE'], resources: types }),
    new PolicyStatement({
      actions: ['apigateway:POST'],
      resources: [arn(stack, `${root(target)}/deployments`)],
    }),
    new PolicyStatement({
      actions: ['dynamodb:PutItem', 'dynamodb:DeleteItem'],
      resources: [records.tableArn],
    }),
    stackStatus(stack),
  ];
}

/** Right to detect a rollback. */
export const stackStatus = (stack: Stack): PolicyStatement =>
  new PolicyStatement({ actions: ['cloudformation:DescribeStacks'], resources: [stack.stackId] });

const root = ({ map, apiId }: AttachTarget): string =>
  map.kind === 'http' ? `/apis/${apiId}` : `/restapis/${apiId}`;

function readable(target: AttachTarget): readonly string[] {
  const below = ['authorizers', 'stages', 'deployments'];
  const own =
    target.map.kind === 'http'
      ? ['routes', ...below]
      : ['resources', ...below, 'deployments/*', 'stages/*/exports/oas30'];
  return [root(target), ...own.map((path) => `${root(target)}/${path}`)];
}

const arn = (stack: Stack, path: string): string =>
  `arn:${stack.partition}:apigateway:${stack.region}::${path}`;
