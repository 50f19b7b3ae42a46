/**
 * Policies that the gateway may cache and apply to other requests. The compiler computes and proves
 * their parts (`cache` in the model); here they are put together for one caller.
 */

import { parseRequestArn } from '../contract/request-arn.ts';
import type { Entitlements } from '../decision/entitlements.ts';
import { addRow, differenceRow, emptyRow, hasBit, intersectRow, type Row } from '../model/bits.ts';
import type { AccessModel } from '../model/model.ts';
import type { CacheClassFile } from '../model/model-file.ts';
import { splitRoute } from '../path/route-key.ts';
import { isGreedy, isParameter, parametersOf, withParameters } from '../path/route-template.ts';
import { literalResource, type PolicyDocument, policyOf, type Statement } from './policy.ts';

/**
 * Resources below a stage, `METHOD/path`, that refuse every odd spelling: empty segments, a slash
 * at the end, dot segments (with what some servers strip from them), and whatever a gateway or a
 * back end could decode into one, or into a slash, a backslash or a control character. A fresh
 * decision refuses such a parameter (core/path), and a kept Allow with a wildcard in it
 * must not let it in. An encoded dot or percent sign is refused altogether: a pattern cannot tell
 * what comes of it.
 */
const EMPTY_SEGMENTS = ['*//*', '*/?*/'] as const;
const DOT_SEGMENTS = [
  '*/./*',
  '*/../*',
  '*/.',
  '*/..',
  '*/.;*',
  '*/..;*',
  '*/.%*',
  '*/..%*',
  '*/%*.',
  '*/%*./*',
  '*/%*.;*',
  '*/%*.%*',
] as const;
const ENCODED = [
  '%25',
  '%0',
  '%1',
  '%2e',
  '%2E',
  '%2f',
  '%2F',
  '%5c',
  '%5C',
  '%7f',
  '%7F',
  '%c0',
  '%C0',
  '%c1',
  '%C1',
  '%u',
  '%U',
] as const;

export const AMBIGUOUS_RESOURCES: readonly string[] = [
  ...EMPTY_SEGMENTS,
  ...DOT_SEGMENTS,
  '*\\*',
  ...ENCODED.map((encoded) => `*${encoded}*`),
];

/**
 * The protected routes that the caller may call, as one bit row: the result of `decide` for each.
 */
export function allowedRoutes(model: AccessModel, entitlements: Entitlements): Row {
  const allowed = emptyRow(model.signedIn.length);
  addRow(
    allowed,
    entitlements.requested
      ? intersectRow(entitlements.allowed, entitlements.requested)
      : entitlements.allowed,
  );
  addRow(allowed, model.signedIn);
  return differenceRow(allowed, model.public);
}

/**
 * The ARN up to the stage and the slash after it: what all requests of one stage have in common.
 */
export const stageOf = (arn: string): string => parseRequestArn(arn)?.stageArn ?? arn;

/**
 * The ARN up to the stage, and the same for refusals: wider there is safe, and shorter. API and
 * stage are always named: an evaluator may read a wildcard there as the type of a resource, and
 * then the refusal would not apply.
 */
interface StageArns {
  readonly allow: string;
  readonly deny: string;
}

function stageArns(arn: string): StageArns {
  const { stageArn: allow = arn, partition = 'aws' } = parseRequestArn(arn) ?? {};
  return {
    allow,
    deny: `arn:${partition}:execute-api:*:*:${allow.slice(allow.lastIndexOf(':') + 1)}`,
  };
}

/** Nothing of this stage is allowed. */
export function refusalPolicy(arn: string): PolicyDocument {
  return policyOf([{ effect: 'Deny', resources: [`${stageArns(arn).deny}*`] }]);
}

/**
 * Every route of the caller at once. A string of a refused route is an explicit Deny wherever an
 * Allow reaches it, and on a REST API always, since a resource policy turns "neither" into Allow
 * there.
 *
 * @param classes routes that are allowed or refused together, with their resources.
 */
export function tokenPolicy(
  model: AccessModel,
  classes: readonly CacheClassFile[],
  allowed: Row,
  arn: string,
): PolicyDocument {
  const isAllowed = classes.map(({ route }) => hasBit(allowed, route));
  if (!isAllowed.includes(true)) return refusalPolicy(arn);
  const stageArn = stageArns(arn);
  const allow: string[] = [];
  const deny: string[] = [];
  classes.forEach((one, index) => {
    if (isAllowed[index]) for (const resource of one.allow) allow.push(stageArn.allow + resource);
    else if (one.near === undefined || one.near.some((near) => isAllowed[near]))
      for (const resource of one.deny) deny.push(stageArn.deny + resource);
  });
  const statements: Statement[] = [{ effect: 'Allow', resources: allow }];
  if (model.kind === 'rest' || allow.some((resource) => resource.includes('*')))
    deny.push(...ambiguousResources(stageArn));
  return policyOf(
    deny.length === 0 ? statements : [...statements, { effect: 'Deny', resources: deny }],
  );
}

/**
 * One route, whatever its parameters; only requests of the same method and route are evaluated by
 * it.
 */
export function routePolicy(
  model: AccessModel,
  route: string,
  allowed: Row,
  arn: string,
): PolicyDocument {
  const index = model.routeIndex.get(route);
  if (index === undefined || !hasBit(allowed, index)) return refusalPolicy(arn);
  const stageArn = stageArns(arn);
  const resource = allowedResource(route);
  const allow: Statement = { effect: 'Allow', resources: [stageArn.allow + resource] };
  if (!resource.includes('*')) return policyOf([allow]);
  const slashed = slashedParameters(route).map((refused) => stageArn.deny + refused);
  return policyOf([
    allow,
    { effect: 'Deny', resources: [...slashed, ...ambiguousResources(stageArn)] },
  ]);
}

/** Denies one more request: its path spelling is refused, although the route is allowed. */
export function withoutRequest(policy: PolicyDocument, arn: string): PolicyDocument {
  const refused = {
    Action: 'execute-api:Invoke',
    Effect: 'Deny',
    Resource: [literalResource(arn, MAX_ADDED_RESOURCE)],
  } as const;
  return { ...policy, Statement: [...policy.Statement, refused] };
}

/** Characters of the resource that `withoutRequest` adds; the response bound counts them. */
export const MAX_ADDED_RESOURCE = 300;

const ambiguousResources = ({ deny }: StageArns): readonly string[] =>
  AMBIGUOUS_RESOURCES.map((odd) => deny + odd);

/** `GET /orders/{id}` as a resource: `GET/orders/?*`. A parameter is never empty. */
export const allowedResource = (route: string): string => resourceOf(route, '?*');
/**
 * The same for a refusal: `GET/orders/*`; but `GET/?*`, since `GET/*` would refuse the root, which
 * is plain, as well.
 */
export const deniedResource = (route: string): string =>
  resourceOf(route, isOneParameter(splitRoute(route).template) ? '?*' : '*');

const isOneParameter = (template: string): boolean =>
  template.lastIndexOf('/') === 0 && isParameter(template.slice(1));

function resourceOf(route: string, parameter: string): string {
  const { method, template } = splitRoute(route);
  return template === '$default'
    ? `${method}/*`
    : method + withParameters(template, () => parameter);
}

/**
 * Spellings in which one parameter of the route holds a slash. A route with a greedy parameter has
 * none: its plain strings have any number of slashes.
 */
function slashedParameters(route: string): readonly string[] {
  if (isGreedy(route)) return [];
  const { method, template } = splitRoute(route);
  return parametersOf(template).map(
    (slashed) => method + withParameters(template, (name) => (name === slashed.name ? '*/*' : '*')),
  );
}
