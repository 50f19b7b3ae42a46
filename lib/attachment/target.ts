import type { IRestApi } from 'aws-cdk-lib/aws-apigateway';
import type { IConstruct } from 'constructs';
import type { AccessMap } from '../access-map/index.ts';
import { NO_GATEWAY_RESPONSES } from '../access-map/sections/attach-section.ts';
import { countsMonths, QUOTA_RESET } from '../access-map/sections/check-existing-api.ts';
import {
  type AnyHttpApi,
  apiResource,
  isHttpApi,
  restApiResource,
} from '../resources/api-identity.ts';
import type { AttachOptions, AttachTarget } from './attach-options.ts';
import { acceptedFindings } from './request-properties.ts';

/**
 * Id of an attachment to `api` below the authorizer's construct. A dry run has its plan at the same
 * id: it then sees the record of an existing attachment of the stack, and leaves no table behind.
 */
export const attachmentId = (api: IConstruct): string => `Attachment${api.node.addr.slice(-8)}`;

const losesMonths = (target: Pick<AttachTarget, 'accept' | 'map'>): boolean =>
  countsMonths(target.map.model) && !acceptedFindings(target).includes('quotaReset');

/**
 * Why `api` cannot be attached to: expected and found; undefined where it can. Options may come
 * from plain JavaScript.
 */
export function whyNotAttachable(
  api: AnyHttpApi | IRestApi,
  map: AccessMap,
  options: AttachOptions & { readonly dryRun?: boolean },
): string | undefined {
  const isHttp = isHttpApi(api);
  if ((isHttp ? apiResource(api) : restApiResource(api)) !== undefined)
    return 'expected an imported API, found a resource of this app: use `protect`';
  if (isHttp !== (map.kind === 'http'))
    return `expected an API of the map's kind \`${map.kind}\`, found another`;
  if (map.cache.mode !== 'off') {
    return 'expected a map with `api.cache: off`, found one whose answers are cached: the API may have routes that the map does not have';
  }
  if (isHttp && options.gatewayResponses)
    return `expected no \`gatewayResponses\`, found them: ${NO_GATEWAY_RESPONSES}`;
  if (!isHttp && options.stage === undefined)
    return 'expected the option `stage` for a REST API, found no such option';
  if (options.takeOver !== undefined && losesMonths({ ...options, map }))
    return `expected ${QUOTA_RESET.expected}, found ${QUOTA_RESET.found}`;
  return options.dryRun === true
    ? 'expected an attachment, found `dryRun`: use `planAttachment`'
    : undefined;
}
