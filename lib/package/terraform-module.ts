/**
 * The packaged stack as a module of Terraform: the same resources, written from the same template.
 */
import { stackNameOf } from '../../lambda/core/contract/own-names.ts';
import type { AccessMap } from '../access-map/index.ts';
import { type Body, block } from '../hcl/hcl-blocks.ts';
import { quoted } from '../hcl/hcl-text.ts';
import { authorizerSettings } from '../stack/authorizer-settings.ts';
import { type Names, Properties } from './expressions.ts';
import { PARAMETER, type PackagedStack } from './package-stack.ts';
import type { Template } from './template.ts';
import { CONVERSIONS, type Conversion, rolePolicies } from './terraform-resources.ts';

/** Files of the module by name. */
export type Module = Readonly<Record<'main.tf' | 'variables.tf' | 'outputs.tf', string>>;

interface Part extends Conversion {
  readonly id: string;
  readonly label: string;
}

const HEADER =
  '# Written by okta-group-authorizer package from the access map: change that instead.\n\n';

/**
 * The first `hashicorp/aws` that takes the runtime of our function. Source: its CHANGELOG,
 * 6.21.0 (2025-11-13), "Add support for `nodejs24.x` `runtime` value".
 */
export const LOWEST_PROVIDER = '6.21';

/** @throws Error for a resource or a property that has no form in Terraform. */
export function terraformModule({ template }: PackagedStack, map: AccessMap): Module {
  const parts = partsOf(template);
  const names: Names = {
    parameters: {
      [PARAMETER.apiId]: 'var.api_id',
      [PARAMETER.memory]: 'var.memory_size',
      [PARAMETER.logRetention]: 'var.log_retention_days',
    },
    resources: Object.fromEntries(
      parts.map(({ id, type, label, ref, arnEnding }) => [
        id,
        { address: `${type}.${label}`, ref, ...(arnEnding !== undefined && { arnEnding }) },
      ]),
    ),
  };
  const resources = parts.flatMap((part) => written(part, template, names));
  // An API of another account has its authorizer there, by another provider than the module's.
  const authorizers = map.api.callers === undefined ? [authorizer(map, parts)] : [];
  return {
    'main.tf': `${HEADER}${[...PRELUDE, ...resources, ...authorizers].join('\n')}`,
    'variables.tf': `${HEADER}${variables(map, template).join('\n')}`,
    'outputs.tf': `${HEADER}${outputs(map, parts).join('\n')}`,
  };
}

function partsOf({ Resources }: Template): readonly Part[] {
  return Object.entries(Resources).map(([id, { Type }]) => {
    const conversion = CONVERSIONS[Type];
    if (conversion === undefined) throw new Error(`${Type}: expected a type that Terraform has`);
    return { ...conversion, id, label: labelOf(id) };
  });
}

/** `OktaGroupAuthorizerQuotaTable6ECBC481` -> `quota_table`: without the construct and the hash. */
const labelOf = (id: string): string =>
  id
    .replace(/^(?:OktaGroupAuthorizer|AuthorizerOnly|Watch)/, '')
    .replace(/[0-9A-F]{8}$/, '')
    .replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_')
    .toLowerCase();

function written(part: Part, template: Template, names: Names): readonly string[] {
  const properties = new Properties(part.id, template, names);
  const policies =
    part.type === 'aws_iam_role'
      ? rolePolicies(new Properties(part.id, template, names), `${part.type}.${part.label}`)
      : [];
  const resource = block(['resource', part.type, part.label], part.body(properties, part.label));
  properties.assertAllTaken();
  return [
    resource,
    ...policies.map((policy) => block(['resource', 'aws_iam_role_policy', 'authorizer'], policy)),
  ];
}

const PRELUDE = [
  block(['terraform'], {
    required_version: quoted('>= 1.3'),
    required_providers: {
      aws: `{\n  source  = "hashicorp/aws"\n  version = ">= ${LOWEST_PROVIDER}"\n}`,
    },
  }),
  ...['aws_partition', 'aws_region', 'aws_caller_identity'].map(
    (type) => `data "${type}" "current" {}\n`,
  ),
];

const functionIn = (parts: readonly Part[]): string => {
  const { type = '', label = '' } = parts.find(({ ref }) => ref === 'function_name') ?? {};
  return `${type}.${label}`;
};

/** Sets what the outputs of `authorizerOnly` tell others to set. */
function authorizer(map: AccessMap, parts: readonly Part[]): string {
  const { name, identitySource, payloadFormatVersion, resultTtlSeconds } = authorizerSettings(map);
  const shared: Body = {
    name: quoted(name),
    authorizer_uri: `${functionIn(parts)}.invoke_arn`,
    authorizer_result_ttl_in_seconds: String(resultTtlSeconds),
  };
  if (map.kind === 'rest')
    return block(['resource', 'aws_api_gateway_authorizer', 'groups'], {
      rest_api_id: 'var.api_id',
      ...shared,
      type: quoted('REQUEST'),
      identity_source: quoted(identitySource),
    });
  return block(['resource', 'aws_apigatewayv2_authorizer', 'groups'], {
    api_id: 'var.api_id',
    ...shared,
    authorizer_type: quoted('REQUEST'),
    authorizer_payload_format_version: quoted(payloadFormatVersion),
    enable_simple_responses: 'false',
    identity_sources: `[${quoted(identitySource)}]`,
  });
}

function variables(
  { name, kind, api: { callers } }: AccessMap,
  template: Template,
): readonly string[] {
  const variable = (id: string, type: string, description: string, otherwise?: string): string =>
    block(['variable', id], { type, description: quoted(description), default: otherwise });
  const days = String(template.Parameters?.[PARAMETER.logRetention]?.['Default'] ?? 90);
  const apiId = variable(
    'api_id',
    'string',
    `ID of the ${kind === 'rest' ? 'REST' : 'HTTP'} API whose routes use the authorizer`,
  );
  return [
    ...(callers === undefined ? [apiId] : []),
    variable('name', 'string', 'Prefix of the names of all resources', quoted(stackNameOf(name))),
    variable('memory_size', 'number', 'Memory of the function, in MiB', '512'),
    variable('log_retention_days', 'number', 'Days that decision records are kept', days),
    variable(
      'alarm_actions',
      'list(string)',
      'ARNs notified when an alarm goes off and when it clears',
      '[]',
    ),
    variable(
      'deletion_protection',
      'bool',
      'Deletion protection of the tables, which hold the counts of quotas',
      'true',
    ),
  ];
}

function outputs(map: AccessMap, parts: readonly Part[]): readonly string[] {
  const type = map.kind === 'rest' ? 'aws_api_gateway_authorizer' : 'aws_apigatewayv2_authorizer';
  const output = (id: string, value: string, description: string): string =>
    block(['output', id], { value, description: quoted(description) });
  const forAuthorizer =
    map.api.callers === undefined
      ? [output('authorizer_id', `${type}.groups.id`, 'For each route that is not public')]
      : settingsOutputs(map, parts, output);
  return [
    ...forAuthorizer,
    output('authorizer_arn', `${functionIn(parts)}.arn`, 'ARN of the function that decides'),
    output(
      'function_name',
      `${functionIn(parts)}.function_name`,
      'Name of the function that decides',
    ),
    output('map_version', quoted(map.version), 'Version of the access map that is in force'),
  ];
}

/** What the accounts that call set on their authorizers. */
function settingsOutputs(
  map: AccessMap,
  parts: readonly Part[],
  output: (id: string, value: string, description: string) => string,
): readonly string[] {
  const { identitySource, payloadFormatVersion, resultTtlSeconds } = authorizerSettings(map);
  return [
    output('authorizer_uri', `${functionIn(parts)}.invoke_arn`, 'URI of each authorizer'),
    output('identity_source', quoted(identitySource), 'Identity source of each authorizer'),
    output(
      'payload_format_version',
      quoted(payloadFormatVersion),
      'Payload format of each authorizer of an HTTP API',
    ),
    output('result_ttl_seconds', String(resultTtlSeconds), 'TTL of each authorizer'),
  ];
}
