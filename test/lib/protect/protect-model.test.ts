/**
 * `protect` against a small model of the gateway that knows templates alone: synthesis never says
 * good where a call without a token, or with the token of a caller without any group, reaches the
 * back end on some stage, and says good where neither does.
 */
import { describe, expect, test } from '@jest/globals';
import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import {
  CfnDeployment,
  CfnStage,
  HttpIntegration,
  type IAuthorizer,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import {
  CfnRoute,
  HttpApi,
  CfnDeployment as HttpDeployment,
  CfnStage as HttpStage,
} from 'aws-cdk-lib/aws-apigatewayv2';
import fc from 'fast-check';
import { OktaGroupAuthorizer } from '../../../lib/authorizer/okta-group-authorizer.ts';
import { accessMap, newStack, quietApp, said } from '../../support/synthesis.ts';
import { sized } from '../../support/tier.ts';

type Kind = 'http' | 'rest';
/** How a route of the template is written, and what the map says of it. */
interface Given {
  readonly key: string;
  readonly written: 'none' | 'jwt';
  readonly mapped: 'guarded' | 'public' | 'absent';
  readonly accepted: boolean;
}
/** `auto`: of HTTP APIs; of REST APIs the API's own deployment. */
type StageForm = 'auto' | 'by hand' | 'elsewhere';
interface Mix {
  readonly routes: readonly Given[];
  readonly stages: readonly StageForm[];
  /** Routes of the map that the template does not have, closed there. */
  readonly below: readonly string[];
  /** Whether the map accepts the authorizer of somebody else for those. */
  readonly belowAccepted: boolean;
  readonly otherStages: boolean;
}

const KEYS = ['GET /a', 'POST /a', 'GET /b/{id}', 'DELETE /b/{id}', 'ANY /c', 'ANY /{proxy+}'];
const BELOW = ['GET /x', 'PUT /x/{id}'];

/** Of an API without one `protect` covers nothing, so that its stages are not compared. */
const isOurs = ({ written, mapped, accepted }: Given): boolean =>
  mapped === 'guarded' && !(accepted && written === 'jwt');

/** Tried in each run: a small sample may have no mix that is good, or none that is not. */
const GOOD: Mix = {
  routes: [{ key: 'GET /a', written: 'none', mapped: 'guarded', accepted: false }],
  stages: ['auto'],
  below: [],
  belowAccepted: false,
  otherStages: false,
};
const BAD: Mix = {
  ...GOOD,
  routes: [...GOOD.routes, { key: 'GET /b', written: 'jwt', mapped: 'guarded', accepted: false }],
};

const mixes = (kind: Kind): fc.Arbitrary<Mix> =>
  fc.record({
    routes: fc
      .tuple(
        ...KEYS.map((key) =>
          fc.record({
            key: fc.constant(key),
            present: fc.boolean(),
            written: fc.constantFrom('none' as const, 'none' as const, 'jwt' as const),
            mapped: fc.constantFrom(
              'guarded' as const,
              'guarded' as const,
              'public' as const,
              'absent' as const,
            ),
            accepted: fc.boolean(),
          }),
        ),
      )
      .map((all) => all.filter(({ present }) => present))
      .filter((all) => all.some(isOurs)),
    stages:
      kind === 'http'
        ? fc.array(fc.constantFrom<StageForm>('auto', 'by hand', 'elsewhere'), {
            minLength: 1,
            maxLength: 3,
          })
        : fc.tuple(
            fc.constant<StageForm>('auto'),
            fc.constantFrom<StageForm>('by hand', 'elsewhere', 'auto'),
          ),
    below: fc.subarray(BELOW),
    belowAccepted: fc.boolean(),
    otherStages: fc.boolean(),
  });

function addHttp(stack: Stack, { routes, stages }: Mix): HttpApi {
  const api = new HttpApi(stack, 'Api', { createDefaultStage: false });
  const { apiId } = api;
  for (const { key, written } of routes)
    new CfnRoute(stack, key, {
      apiId,
      routeKey: key,
      target: 'integrations/abc',
      ...(written === 'jwt' && { authorizationType: 'JWT', authorizerId: 'theirs' }),
    });
  stages.forEach((form, at) => {
    const own =
      form === 'by hand' ? new HttpDeployment(stack, `Deployed${at}`, { apiId }).ref : 'old';
    new HttpStage(stack, `Stage${at}`, {
      apiId,
      stageName: `s${at}`,
      ...(form === 'auto' ? { autoDeploy: true } : { deploymentId: own }),
    });
  });
  return api;
}

function addRest(stack: Stack, { routes, stages }: Mix): RestApi {
  const api = new RestApi(stack, 'Api', { cloudWatchRole: false });
  for (const { key, written } of routes) {
    const [method = '', path = ''] = key.split(' ');
    const authorizer = { authorizerId: 'theirs', authorizationType: 'COGNITO_USER_POOLS' };
    api.root
      .resourceForPath(path)
      .addMethod(method, new HttpIntegration('https://shop.example.com'), {
        ...(written === 'jwt' && { authorizer: authorizer as IAuthorizer }),
      });
  }
  const { restApiId } = api;
  stages.forEach((form, at) => {
    if (form === 'auto') return;
    const own =
      form === 'by hand' ? new CfnDeployment(stack, `Deployed${at}`, { restApiId }).ref : 'old';
    new CfnStage(stack, `Stage${at}`, { restApiId, stageName: `s${at}`, deploymentId: own });
  });
  return api;
}

const mapOf = (kind: Kind, { routes, below, belowAccepted, otherStages }: Mix) => {
  const of = (...wanted: readonly Given['mapped'][]) =>
    routes.filter(({ mapped }) => wanted.includes(mapped)).map(({ key }) => key);
  const foreign = routes
    .filter(({ accepted, mapped }) => accepted && mapped === 'guarded')
    .map(({ key }) => key);
  return accessMap({
    api: {
      name: 'shop',
      kind,
      cache: 'off',
      paths: 'exact',
      accept: {
        findings: otherStages ? ['otherStages'] : [],
        foreign: [...foreign, ...(belowAccepted ? below : [])],
      },
    },
    routes: [...of('guarded', 'public'), ...below],
    public: of('public'),
    groups: {},
  });
};

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DependsOn?: readonly string[];
}
type Resources = Readonly<Record<string, Resource>>;

/** Authorization type by route key. */
type Served = ReadonlyMap<string, string>;

function routesIn(resources: Resources): Served {
  const pathOf = (id: unknown): string => {
    const of = (id as { readonly Ref?: string } | undefined)?.Ref;
    const part = of === undefined ? undefined : resources[of];
    return part === undefined
      ? ''
      : `${pathOf(part.Properties['ParentId'])}/${String(part.Properties['PathPart'])}`;
  };
  return new Map(
    Object.values(resources).flatMap(({ Type, Properties }): readonly [string, string][] => {
      const type = String(Properties['AuthorizationType'] ?? 'NONE');
      if (Type === 'AWS::ApiGatewayV2::Route') return [[String(Properties['RouteKey']), type]];
      if (Type !== 'AWS::ApiGateway::Method') return [];
      return [[`${String(Properties['HttpMethod'])} ${pathOf(Properties['ResourceId'])}`, type]];
    }),
  );
}

/** What each stage serves once the second template is deployed over the first one. */
function servedBy(before: Resources, after: Resources): readonly Served[] {
  const isNeeded = ({ Type, Properties }: Resource): boolean =>
    Type.endsWith('::Authorizer') || Properties['AuthorizationType'] === 'CUSTOM';
  const needed = Object.keys(after).filter((id) => isNeeded(after[id] as Resource));
  const stages = Object.values(after).filter(({ Type }) =>
    /^AWS::ApiGateway(V2)?::Stage$/.test(Type),
  );
  return stages.map(({ Properties }) => {
    if (Properties['AutoDeploy'] === true) return routesIn(after);
    const id = (Properties['DeploymentId'] as { readonly Ref?: string }).Ref ?? '';
    const deployment = after[id];
    // CloudFormation makes a deployment once: one whose id stays is not touched.
    const isNew = deployment !== undefined && before[id] === undefined;
    const follows = needed.every((one) => deployment?.DependsOn?.includes(one));
    return isNew && follows ? routesIn(after) : routesIn(before);
  });
}

/** Of a call that these mixes can make: the route itself, else the greedy one. */
const chosen = (served: Served, key: string): string | undefined =>
  served.has(key) ? key : [...served.keys()].find((one) => one === 'ANY /{proxy+}');

/** Whether some call that the map closes reaches the back end, or its answer is not the map's. */
function isReached(mix: Mix, stages: readonly Served[]): boolean {
  const closed = [
    ...mix.routes.filter(({ mapped }) => mapped !== 'public').map(({ key }) => key),
    ...mix.below,
  ];
  const accepts = (key: string): boolean =>
    (mix.belowAccepted && mix.below.includes(key)) ||
    mix.routes.some((one) => one.key === key && one.accepted && one.mapped === 'guarded');
  return stages.some((served) =>
    closed.some((key) => {
      const route = chosen(served, key);
      const type = route === undefined ? 'CUSTOM' : served.get(route);
      return type !== 'CUSTOM' && !(type !== 'NONE' && accepts(key));
    }),
  );
}

describe.each<Kind>(['http', 'rest'])('an API of kind %s', (kind) => {
  const build = (mix: Mix, isProtected: boolean) => {
    const stack = newStack('Test', quietApp());
    const api = kind === 'http' ? addHttp(stack, mix) : addRest(stack, mix);
    if (isProtected)
      new OktaGroupAuthorizer(stack, 'Authorizer', { map: mapOf(kind, mix) }).protect(api);
    const template = Template.fromStack(stack).toJSON();
    return { resources: template['Resources'] as Resources, errors: said(stack, 'findError') };
  };

  test('says good where no closed route is reached, and only there', () => {
    let good = 0;
    let bad = 0;
    fc.assert(
      fc.property(mixes(kind), (mix) => {
        const before = build(mix, false).resources;
        const { resources: after, errors } = build(mix, true);
        const stages = servedBy(before, after);
        // Stages that the map accepts as they are count only where the template itself is served.
        const classified = mix.otherStages ? [routesIn(after)] : stages;
        const expected = !isReached(mix, classified);
        if (expected) good += 1;
        else bad += 1;
        expect({ mix, isGood: errors.length === 0, errors }).toMatchObject({ isGood: expected });
      }),
      { numRuns: sized(30, 5), examples: [[GOOD], [BAD]] },
    );
    // Neither side of the property is empty.
    expect([good > 0, bad > 0]).toEqual([true, true]);
  });
});
