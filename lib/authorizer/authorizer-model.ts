import type { ModelFile } from '../../lambda/core/model/model-file.ts';
import type { AccessMap } from '../access-map/index.ts';
import { type MetricPlan, metricsFile } from '../watch/metric-plan.ts';

/** What the authorizer of a map decides by. No CDK: commands compare what is deployed with it. */
export const authorizerModel = (map: AccessMap, plan: MetricPlan): ModelFile => ({
  ...map.model,
  rules: map.ruleTable,
  ...metricsFile(plan),
});
