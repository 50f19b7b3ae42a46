/**
 * Said wherever the authorizer guards an API that is not ours: by `check`, at synthesis, and
 * by the plan of an attachment.
 */
export const NO_RATE_LIMIT =
  'the authorizer does not limit the rate of calls, and each call runs the function. Set throttling on the stage of the API (`aws apigatewayv2 update-stage --default-route-settings ThrottlingRateLimit=100,ThrottlingBurstLimit=200`, or of a REST API `aws apigateway update-stage --patch-operations op=replace,path=/*/*/throttling/rateLimit,value=100`), or a rate-based rule of AWS WAF, and reserved concurrency of the function';
