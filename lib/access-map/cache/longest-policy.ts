/** The largest policies that a model can give, in bytes of JSON. */

import { emptyRow, setBit } from '../../../lambda/core/model/bits.ts';
import type { AccessModel } from '../../../lambda/core/model/model.ts';
import type { CacheClassFile } from '../../../lambda/core/model/model-file.ts';
import {
  AMBIGUOUS_RESOURCES,
  MAX_ADDED_RESOURCE,
  routePolicy,
  withoutRequest,
} from '../../../lambda/core/policy/cached-policy.ts';
import { type PolicyDocument, policyOf } from '../../../lambda/core/policy/policy.ts';
import { canBeAllowed, type RouteClass } from './classes.ts';

/** Assumed length of a stage name; API Gateway allows 128 characters. */
const STAGE_LENGTH = 32;
/**
 * The longest ARN up to the stage: partition, Region, account and API id at their longest today.
 */
const LONGEST_STAGE_ARN = `arn:aws-us-gov:execute-api:ap-southeast-1:123456789012:abcdefghij/${'s'.repeat(STAGE_LENGTH)}/`;
const LONGEST_DENY_ARN = `arn:aws-us-gov:execute-api:*:*:abcdefghij/${'s'.repeat(STAGE_LENGTH)}/`;

/**
 * Longest method and template that fit into a resource of 512 characters after any ARN, as a `*`
 * for a parameter only shortens it.
 */
export const LONGEST_TEMPLATE = 300;

export interface PolicySize {
  readonly bytes: number;
  /** Indices of the classes that cost most, at most three. */
  readonly largest: readonly number[];
}

/**
 * An upper bound over all callers: each class costs the longer of its Allow and its Deny. The
 * rejected spellings and one refused request count once.
 */
export function longestPolicy(
  files: readonly CacheClassFile[],
  classes: readonly RouteClass[],
): PolicySize {
  const costs = files.map((file, index) => {
    const one = classes[index];
    const allow = one && canBeAllowed(one) ? lengthOf(file.allow, LONGEST_STAGE_ARN) : 0;
    const needsNoDeny = one?.signedIn || file.near?.length === 0;
    return {
      index,
      bytes: Math.max(allow, needsNoDeny ? 0 : lengthOf(file.deny, LONGEST_DENY_ARN)),
    };
  });
  const odd = lengthOf(AMBIGUOUS_RESOURCES, LONGEST_DENY_ARN);
  const frame = bytes(
    withoutRequest(
      policyOf([
        { effect: 'Allow', resources: [] },
        { effect: 'Deny', resources: [] },
      ]),
      'r'.repeat(MAX_ADDED_RESOURCE),
    ),
  );
  const largest = costs.toSorted((a, b) => b.bytes - a.bytes).slice(0, 3);
  return {
    bytes: frame + odd + costs.reduce((sum, cost) => sum + cost.bytes, 0),
    largest: largest.map(({ index }) => index),
  };
}

/** The longest policy of one route. */
export function routePolicyBytes(model: AccessModel): number {
  const allRoutes = emptyRow(model.signedIn.length);
  model.routes.forEach((_, index) => {
    setBit(allRoutes, index);
  });
  const arn = `${LONGEST_STAGE_ARN}GET/`;
  return Math.max(
    0,
    ...model.routes.map(({ key }) =>
      bytes(
        withoutRequest(routePolicy(model, key, allRoutes, arn), 'r'.repeat(MAX_ADDED_RESOURCE)),
      ),
    ),
  );
}

const bytes = (document: PolicyDocument): number => Buffer.byteLength(JSON.stringify(document));

/** With quotes and a comma each. */
const lengthOf = (resources: readonly string[], arn: string): number =>
  resources.reduce(
    (sum, resource) => sum + arn.length + Buffer.byteLength(JSON.stringify(resource)) + 1,
    0,
  );
