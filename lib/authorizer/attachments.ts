/** Attachments of an authorizer to APIs that other stacks own. */
import { Annotations, CfnOutput, Token } from 'aws-cdk-lib';
import type { IRestApi } from 'aws-cdk-lib/aws-apigateway';
import { Construct, type IConstruct } from 'constructs';
import type { AttachOptions } from '../attachment/attach-options.ts';
import { Attachment } from '../attachment/attachment.ts';
import { AttachmentPlan, type AttachmentPlanProps } from '../attachment/attachment-plan.ts';
import { keepOnDelete } from '../attachment/keep-on-delete.ts';
import { attachmentId, whyNotAttachable } from '../attachment/target.ts';
import { type AnyHttpApi, isHttpApi } from '../resources/api-identity.ts';
import { assertApi } from './assert-api.ts';
import { type AuthorizerContext, authorizerName, contextError } from './authorizer-context.ts';
import type { HttpApis } from './http-apis.ts';
import { KeyCopyTable } from './key-copy-table.ts';
import { permissionsEndpoint } from './permissions-function.ts';
import { restAuthorizer } from './rest-authorizer.ts';

type ImportedApi = AnyHttpApi | IRestApi;

/** @throws Error for an API that cannot be attached to. */
export function attachTo(
  context: AuthorizerContext,
  httpApis: HttpApis,
  api: ImportedApi,
  given: AttachOptions,
): Attachment {
  assertApi(context, api);
  const options = withDefaults(context, api, given);
  assertAttachable(context, api, options);
  const { map, construct } = context;
  const inShadow = map.model.shadow !== undefined;
  const authorizer = isHttpApi(api)
    ? httpApis.authorizerOf(api)
    : restAuthorizer(api, {
        name: authorizerName(context),
        functionArn: context.authorizer.invokedArn,
        admitsWithoutToken: inShadow,
      });
  const attachment = new Attachment(construct, attachmentId(api), {
    ...attachmentProps(context, api, options),
    authorizerArn: context.authorizer.invokedArn,
    authorizer: { id: authorizer.ref, resources: authorizer.node.scope ?? authorizer },
    ...(map.permissionsEndpoint && {
      endpoint: permissionsEndpoint(context, api, map.permissionsEndpoint),
    }),
  });
  context.output.addRecords(idOf(api), attachment.records);
  if (options.onDelete === 'keep') keepOnDelete(keptParts(context, authorizer));
  if (inShadow) context.authorizer.readPriorAuthorizers(idOf(api), attachment.records);
  if ((options.onUnmapped ?? 'fail') !== 'fail')
    context.authorizer.readUnmappedRoutes(idOf(api), attachment.records);
  return attachment;
}

/** What answers calls, and what it reads and counts in. */
const keptParts = (
  { authorizer, construct, quotaTable }: AuthorizerContext,
  onApi: IConstruct,
): readonly IConstruct[] => [
  authorizer,
  ...construct.node.children.filter((child) => child instanceof KeyCopyTable),
  ...(quotaTable === undefined ? [] : [quotaTable]),
  onApi.node.scope ?? onApi,
];

/** @throws Error as `attachTo` does. */
export function planAttachmentTo(
  context: AuthorizerContext,
  api: ImportedApi,
  given: AttachOptions,
): AttachmentPlan {
  assertApi(context, api);
  const { dryRun: _, ...options } = withDefaults(context, api, given);
  assertAttachable(context, api, options);
  const scope = new Construct(context.construct, attachmentId(api));
  const props = { ...attachmentProps(context, api, options), dryRun: true };
  const plan = new AttachmentPlan(scope, 'Plan', props);
  for (const [name, { value, description }] of Object.entries(plan.outputs))
    new CfnOutput(plan, name, { value, description });
  return plan;
}

type Options = AttachOptions & { readonly dryRun?: boolean };

/** What the map says of its attachment holds where the code says nothing. */
function withDefaults(
  { construct, map }: AuthorizerContext,
  api: ImportedApi,
  given: AttachOptions,
): Options {
  if (map.api.attachTo === undefined) return given;
  const { apiId, ...defaults } = map.api.attachTo;
  const id = idOf(api);
  if (!Token.isUnresolved(id) && id !== apiId)
    Annotations.of(construct).addWarningV2(
      `okta-group-authorizer:attachToOther:${id}`,
      `\`attachTo\` of ${map.source} names the API \`${apiId}\`, and the code attaches to \`${id}\`: the settings of \`attachTo\` are used there; ` +
        'acknowledge this where that is intended',
    );
  return { ...defaults, ...given };
}

function assertAttachable(context: AuthorizerContext, api: ImportedApi, options: Options): void {
  const reason = whyNotAttachable(api, context.map, options);
  if (reason !== undefined) throw contextError(context, `API \`${api.node.path}\`: ${reason}`);
  if (context.construct.node.tryFindChild(attachmentId(api)) === undefined) return;
  throw contextError(
    context,
    `API \`${api.node.path}\`: expected one attachment of an API, found a second one`,
  );
}

const attachmentProps = (
  context: AuthorizerContext,
  api: ImportedApi,
  options: AttachOptions,
): AttachmentPlanProps => ({
  ...options,
  map: context.map,
  apiId: idOf(api),
  authorizerName: authorizerName(context),
  operations: context.operations,
});

const idOf = (api: ImportedApi): string => (isHttpApi(api) ? api.apiId : api.restApiId);
