/**
 * For back ends behind the authorizer: answers 429 to calls that a quota with `onExceeded: pass`
 * lets through. No dependencies.
 * @module okta-group-authorizer/middleware
 */
export {
  type ExpressQuotaOptions,
  type QuotaRequest,
  type QuotaResponse,
  quotaMiddleware,
} from './express.ts';
export { type GatewayAnswer, type LambdaQuotaOptions, withQuota } from './lambda.ts';
