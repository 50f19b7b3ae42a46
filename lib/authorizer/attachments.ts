/** Attachments of an authorizer to APIs that other stacks own. */
import { CfnOutput } from 'aws-cdk-lib';
import type { IRestApi } from 'aws-cdk-lib/aws-apigateway';
import { Construct } from 'constructs';
import { Attachment } from '../attachment/attachment.ts';
import { AttachmentPlan, type AttachmentPlanProps } from '../attachment/attachment-plan.ts';
import { type AttachOptions, attachmentId, whyNotAttachable } from '../attachment/target.ts';
import type { AnyHttpApi } from '../template/api-identity.ts';
import { type AuthorizerContext, authorizerName, contextError } from './authorizer-context.ts';
import type { HttpApis } from './http-apis.ts';
import { permissionsEndpoint } from './permissions.ts';
import { restAuthorizer } from './rest-authorizer.ts';

type ImportedApi = AnyHttpApi | IRestApi;

/** @throws Error for an API that cannot be attached to. */
export function attachTo(
  context: AuthorizerContext,
  httpApis: HttpApis,
  api: ImportedApi,
  options: AttachOptions,
): Attachment {
  assertAttachable(context, api, options);
  const { map, construct } = context;
  const inShadow = map.model.shadow !== undefined;
  const authorizer =
    'isHttpApi' in api
      ? httpApis.authorizerOf(api)
      : restAuthorizer(api, {
          name: authorizerName(context),
          functionArn: context.authorizer.invokedArn,
          admitsWithoutToken: inShadow,
        });
  const attachment = new Attachment(construct, attachmentId(api), {
    ...attachmentProps(context, api, options),
    authorizer: { id: authorizer.ref, resources: authorizer.node.scope ?? authorizer },
    ...(map.permissionsEndpoint && {
      endpoint: permissionsEndpoint(context, api, map.permissionsEndpoint),
    }),
  });
  if (inShadow) context.authorizer.readPriorAuthorizers(idOf(api), attachment.records);
  return attachment;
}

/** @throws Error as `attachTo` does. */
export function planAttachmentTo(
  context: AuthorizerContext,
  api: ImportedApi,
  options: AttachOptions,
): AttachmentPlan {
  assertAttachable(context, api, options);
  const scope = new Construct(context.construct, attachmentId(api));
  const props = { ...attachmentProps(context, api, options), dryRun: true };
  const plan = new AttachmentPlan(scope, 'Plan', props);
  for (const [name, { value, description }] of Object.entries(plan.outputs))
    new CfnOutput(plan, name, { value, description });
  return plan;
}

function assertAttachable(
  context: AuthorizerContext,
  api: ImportedApi,
  options: AttachOptions,
): void {
  const reason = whyNotAttachable(api, context.map, options);
  if (reason !== undefined) throw contextError(context, `API \`${api.node.path}\`: ${reason}`);
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

const idOf = (api: ImportedApi): string => ('isHttpApi' in api ? api.apiId : api.restApiId);
