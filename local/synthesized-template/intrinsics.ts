/** Resolves CloudFormation's intrinsic functions as a deployment to the local account would. */
import { createHash } from 'node:crypto';

export const LOCAL_ACCOUNT = '000000000000';
export const LOCAL_REGION = 'us-east-1';

/** The template holds something that is not served locally. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Condition?: string;
}

export interface Template {
  readonly Parameters?: Readonly<Record<string, { readonly Default?: unknown }>>;
  readonly Mappings?: Readonly<
    Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>
  >;
  readonly Resources?: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<
    Record<string, { readonly Value: unknown; readonly Export?: { readonly Name: unknown } }>
  >;
}

const pseudoParameters: Readonly<Record<string, unknown>> = {
  'AWS::AccountId': LOCAL_ACCOUNT,
  'AWS::Region': LOCAL_REGION,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::StackName': 'local',
  'AWS::StackId': `arn:aws:cloudformation:${LOCAL_REGION}:${LOCAL_ACCOUNT}:stack/local/local`,
};

/** Ten characters as the gateway's ids have, the same for the same logical id. */
export function localId(logicalId: string): string {
  return BigInt(`0x${createHash('sha256').update(logicalId).digest('hex')}`)
    .toString(36)
    .slice(0, 10);
}

const regional = (service: string, rest: string): string =>
  `arn:aws:${service}:${LOCAL_REGION}:${LOCAL_ACCOUNT}:${rest}`;

type Naming = (name: string, logicalId: string) => string;

/** What GetAtt gives, by resource type and attribute; `name` is the physical name. */
const attributes: Readonly<Record<string, Readonly<Record<string, Naming>>>> = {
  'AWS::Lambda::Function': { Arn: (name) => regional('lambda', `function:${name}`) },
  'AWS::DynamoDB::Table': { Arn: (name) => regional('dynamodb', `table/${name}`) },
  'AWS::DynamoDB::GlobalTable': { Arn: (name) => regional('dynamodb', `table/${name}`) },
  'AWS::IAM::Role': { Arn: (name) => `arn:aws:iam::${LOCAL_ACCOUNT}:role/${name}` },
  'AWS::Logs::LogGroup': { Arn: (name) => regional('logs', `log-group:${name}:*`) },
  'AWS::SQS::Queue': { Arn: (name) => regional('sqs', name), QueueName: (name) => name },
  'AWS::SNS::Topic': { TopicArn: (name) => name },
  'AWS::ApiGatewayV2::Api': {
    ApiId: (id) => id,
    ApiEndpoint: (id) => `https://${id}.execute-api.${LOCAL_REGION}.amazonaws.com`,
  },
  'AWS::ApiGateway::RestApi': { RestApiId: (id) => id, RootResourceId: (id) => `${id}root` },
  'AWS::ApiGatewayV2::Authorizer': { AuthorizerId: (id) => id },
  'AWS::ApiGatewayV2::Route': { RouteId: (id) => id },
  'AWS::ApiGatewayV2::Integration': { IntegrationId: (id) => id },
  'AWS::KinesisFirehose::DeliveryStream': {
    Arn: (name) => regional('firehose', `deliverystream/${name}`),
  },
  'AWS::S3::Bucket': { Arn: (name) => `arn:aws:s3:::${name}` },
};

const nameProperties: Readonly<Record<string, string>> = {
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::DynamoDB::GlobalTable': 'TableName',
  'AWS::IAM::Role': 'RoleName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::ApiGateway::Stage': 'StageName',
  'AWS::ApiGatewayV2::Stage': 'StageName',
  'AWS::S3::Bucket': 'BucketName',
};

/** The value with every intrinsic function replaced. */
export type Resolve = (value: unknown) => unknown;

/**
 * Makes the resolver of one template.
 * @param exportsOf what other templates of the assembly export, by name
 * @throws TemplateError (on use) for a function, resource or attribute that has no local
 * counterpart
 */
export function createResolver(
  template: Template,
  exportsOf: (name: string) => unknown = unknownExport,
): Resolve {
  const resolve: Resolve = (value) => {
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [first] = entries;
    if (
      entries.length === 1 &&
      first !== undefined &&
      (first[0] === 'Ref' || first[0].startsWith('Fn::'))
    )
      return call(first[0], first[1]);
    return Object.fromEntries(
      entries.filter(([, inner]) => !isNoValue(inner)).map(([key, inner]) => [key, resolve(inner)]),
    );
  };
  const call = (name: string, argument: unknown): unknown => {
    switch (name) {
      case 'Ref':
        return reference(template, String(argument), resolve);
      case 'Fn::GetAtt':
        return attribute(template, argument, resolve);
      case 'Fn::Join':
        return join(argument, resolve);
      case 'Fn::Sub':
        return substitute(template, argument, resolve);
      case 'Fn::Select':
        return select(argument, resolve);
      case 'Fn::Split':
        return split(argument, resolve);
      case 'Fn::ImportValue':
        return exportsOf(String(resolve(argument)));
      case 'Fn::FindInMap':
        return findInMap(template, argument, resolve);
      default:
        throw new TemplateError(`\`${name}\` is not resolved locally`);
    }
  };
  return resolve;
}

function unknownExport(name: string): never {
  throw new TemplateError(`no template exports \`${name}\``);
}

function isNoValue(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && 'Ref' in value && value.Ref === 'AWS::NoValue'
  );
}

function reference(template: Template, id: string, resolve: Resolve): unknown {
  if (id in pseudoParameters) return pseudoParameters[id];
  const parameter = template.Parameters?.[id];
  if (parameter !== undefined) {
    if (parameter.Default === undefined)
      throw new TemplateError(
        `parameter \`${id}\` has no default, and a local run gives no parameters`,
      );
    return parameter.Default;
  }
  const resource = template.Resources?.[id];
  if (resource === undefined) throw new TemplateError(`the template has no resource \`${id}\``);
  return physicalName(id, resource, resolve);
}

function physicalName(id: string, resource: Resource, resolve: Resolve): string {
  const given = resolve(resource.Properties?.[nameProperties[resource.Type] ?? '']);
  if (typeof given === 'string') return given;
  const functionArn = (): string => String(resolve(resource.Properties?.['FunctionName']));
  if (resource.Type.startsWith('AWS::ApiGateway')) return localId(id);
  if (resource.Type === 'AWS::SNS::Topic') return regional('sns', id);
  if (resource.Type === 'AWS::Lambda::Version') return `${asFunctionArn(functionArn())}:1`;
  if (resource.Type === 'AWS::Lambda::Alias')
    return `${asFunctionArn(functionArn())}:${String(resolve(resource.Properties?.['Name']))}`;
  return id;
}

/** A function is named by name or by ARN; the ARN without version or alias identifies it. */
export function asFunctionArn(nameOrArn: string): string {
  const parts = nameOrArn.split(':');
  return parts.length > 1
    ? parts.slice(0, 7).join(':')
    : regional('lambda', `function:${nameOrArn}`);
}

function attribute(template: Template, argument: unknown, resolve: Resolve): unknown {
  const [id, name] =
    typeof argument === 'string'
      ? argument.split('.', 2)
      : list(argument, 'Fn::GetAtt').map(String);
  const resource = template.Resources?.[id ?? ''];
  if (id === undefined || name === undefined || resource === undefined)
    throw new TemplateError(`the template has no resource \`${id}\``);
  const naming = attributes[resource.Type]?.[name];
  if (naming === undefined)
    throw new TemplateError(
      `attribute \`${name}\` of \`${id}\` (${resource.Type}) has no local counterpart`,
    );
  return naming(physicalName(id, resource, resolve), id);
}

function join(argument: unknown, resolve: Resolve): string {
  const [separator, values] = list(argument, 'Fn::Join');
  return list(resolve(values), 'Fn::Join').map(String).join(String(separator));
}

function split(argument: unknown, resolve: Resolve): readonly string[] {
  const [separator, value] = list(argument, 'Fn::Split');
  return String(resolve(value)).split(String(separator));
}

function select(argument: unknown, resolve: Resolve): unknown {
  const [index, values] = list(argument, 'Fn::Select');
  const found = list(resolve(values), 'Fn::Select')[Number(resolve(index))];
  if (found === undefined)
    throw new TemplateError('`Fn::Select` names a place that its list does not have');
  return found;
}

function findInMap(template: Template, argument: unknown, resolve: Resolve): unknown {
  const [map, first, second] = list(resolve(argument), 'Fn::FindInMap').map(String);
  const found = template.Mappings?.[map ?? '']?.[first ?? '']?.[second ?? ''];
  if (found === undefined)
    throw new TemplateError(`the template's mappings have no \`${map}.${first}.${second}\``);
  return found;
}

function substitute(template: Template, argument: unknown, resolve: Resolve): string {
  const [text, variables] = Array.isArray(argument) ? argument : [argument, {}];
  const given = variables as Readonly<Record<string, unknown>>;
  return String(text).replaceAll(/\$\{(!?)([^}]+)\}/g, (_all, literal: string, name: string) => {
    if (literal !== '') return `\${${name}}`;
    if (name in given) return String(resolve(given[name]));
    return String(
      name.includes('.') ? attribute(template, name, resolve) : reference(template, name, resolve),
    );
  });
}

function list(value: unknown, name: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new TemplateError(`\`${name}\`: expected a list`);
  return value;
}
