import { createRequire } from 'node:module';

/**
 * The feature flags that new CDK apps set: an app of ours gets the same template wherever it is
 * synthesized.
 */
export const recommendedFlags = (): Readonly<Record<string, unknown>> =>
  createRequire(import.meta.filename)('aws-cdk-lib/recommended-feature-flags.json') as Record<
    string,
    unknown
  >;
