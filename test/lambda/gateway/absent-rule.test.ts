/** A rule of the map that the API lacks: `coverage`, `protect` and `inject` say the same of it. */
import { expect, test } from '@jest/globals';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { AuthorizationType, HttpIntegration, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { CfnRoute, HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { AbsentRule, ServingCandidate } from '../../../lambda/gateway/absent-rule.ts';
import { classifyRoutes } from '../../../lambda/gateway/route-state.ts';
import type { AccessMap } from '../../../lib/access-map/index.ts';
import { OktaGroupAuthorizer } from '../../../lib/authorizer/okta-group-authorizer.ts';
import { compareDocument } from '../../../lib/commands/inject-comparison.ts';
import { accessMap, newStack, quietApp } from '../../support/synthesis.ts';
import { ARN, apiOf } from './modelled-api.ts';

type Kind = 'http' | 'rest';
type Verdict = Exclude<AbsentRule<ServingCandidate>['kind'], 'missing'>;

/** The one route of the API, which takes the calls of the rule. */
interface Given {
  readonly by: string;
  readonly has: 'nothing' | 'IAM';
  readonly role: 'guarded' | 'public' | 'unmapped';
  /** Of the rule. */
  readonly accepted?: boolean;
  readonly isPublic?: boolean;
}

const RULE = 'GET /orders';
const GREEDY = 'ANY /{proxy+}';

function mapOf(kind: Kind, { by, role, accepted = false, isPublic = false }: Given): AccessMap {
  const foreign = accepted ? [RULE] : [];
  return accessMap({
    api: { name: 'shop', kind, cache: 'off', paths: 'exact', accept: { foreign } },
    routes: [RULE, ...(role === 'unmapped' ? [] : [by])],
    public: [...(isPublic ? [RULE] : []), ...(role === 'public' ? [by] : [])],
    groups: {},
  });
}

/** Of the API as it is once `protect` or `inject` has added our authorizer. */
function byCoverage(kind: Kind, given: Given): Verdict | undefined {
  const ours = given.role === 'public' ? 'none' : 'ours';
  const world = { now: { [given.by]: given.has === 'IAM' ? 'iam' : ours }, stages: {} } as const;
  const { gatewayRoutes, api } = mapOf(kind, given);
  const keys = (isPublic: boolean) =>
    new Set(gatewayRoutes.filter((one) => one.public === isPublic).map(({ key }) => key));
  const classified = classifyRoutes(apiOf({ kind, ...world, canaries: {} }), {
    guarded: keys(false),
    public: keys(true),
    authorizer: { invokes: ARN },
    acceptedForeign: new Set(api.accept.foreign),
    otherStages: 'fail',
    strict: false,
  });
  const state = classified.find(({ key }) => key === RULE)?.state.kind;
  if (state === 'ours' || state === 'public') return 'served';
  if (state === 'missing') return 'dead';
  return state === 'accepted' ? 'accepted' : 'unprotected';
}

function byProtect(kind: Kind, given: Given): Verdict | undefined {
  const stack = newStack('Test', quietApp());
  const { by, has } = given;
  const authorizer = new OktaGroupAuthorizer(stack, 'Authorizer', { map: mapOf(kind, given) });
  if (kind === 'http') {
    const api = new HttpApi(stack, 'Api');
    const { apiId } = api;
    const theirs = has === 'IAM' && { authorizationType: 'AWS_IAM' };
    new CfnRoute(stack, 'Route', { apiId, routeKey: by, ...theirs });
    authorizer.protect(api);
  } else {
    const api = new RestApi(stack, 'Api', { cloudWatchRole: false });
    const [method = '', path = ''] = by.split(' ');
    const theirs = has === 'IAM' && { authorizationType: AuthorizationType.IAM };
    const upstream = new HttpIntegration('https://shop.example.com');
    api.root.resourceForPath(path).addMethod(method, upstream, { ...theirs });
    authorizer.protect(api);
  }
  const said = Annotations.fromStack(stack);
  const ofRule = Match.stringLikeRegexp(`^route \`${RULE}\` of `);
  if (said.findError('*', ofRule).length > 0) return 'unprotected';
  if (said.findWarning('*', ofRule).length > 0) return 'dead';
  const [info] = said.findInfo('*', ofRule);
  return String(info?.entry.data).includes('`api.accept.foreign`') ? 'accepted' : 'served';
}

/** A rule that is dead is a problem of `inject` too. */
function byInject(kind: Kind, given: Given): Verdict | 'problem' | undefined {
  const { by, has } = given;
  const [method = '', path = ''] = by.split(' ');
  const name = method === 'ANY' ? 'x-amazon-apigateway-any-method' : method.toLowerCase();
  const theirs = has === 'IAM' && { 'x-amazon-apigateway-auth': { type: 'AWS_IAM' } };
  const document = { openapi: '3.0.1', paths: { [path]: { [name]: { ...theirs } } } };
  const { served, problems, missing } = compareDocument(mapOf(kind, given), { data: document }, []);
  const isTold = problems.some(({ message }) => message.includes(`\`${RULE}\` of `));
  expect(isTold).toBe(missing.includes(RULE));
  const kept = served.find(({ key }) => key === RULE)?.kind;
  return isTold ? 'problem' : (kept as Verdict | undefined);
}

const ROWS: readonly (readonly [Given, Verdict])[] = [
  [{ by: GREEDY, has: 'nothing', role: 'guarded' }, 'served'],
  [{ by: GREEDY, has: 'nothing', role: 'guarded', accepted: true }, 'served'],
  [{ by: GREEDY, has: 'nothing', role: 'unmapped' }, 'dead'],
  // The calls need no token, and no authorizer is there that could be accepted.
  [{ by: GREEDY, has: 'nothing', role: 'public' }, 'unprotected'],
  [{ by: GREEDY, has: 'nothing', role: 'public', accepted: true }, 'unprotected'],
  [{ by: GREEDY, has: 'nothing', role: 'public', isPublic: true }, 'served'],
  // As of a route of its own, the authorizer of somebody else decides, which the map accepts.
  [{ by: GREEDY, has: 'IAM', role: 'guarded' }, 'unprotected'],
  [{ by: GREEDY, has: 'IAM', role: 'guarded', accepted: true }, 'accepted'],
  [{ by: GREEDY, has: 'IAM', role: 'public' }, 'unprotected'],
  [{ by: GREEDY, has: 'IAM', role: 'public', accepted: true }, 'accepted'],
  [{ by: GREEDY, has: 'IAM', role: 'unmapped' }, 'unprotected'],
  [{ by: GREEDY, has: 'IAM', role: 'unmapped', accepted: true }, 'accepted'],
  [{ by: GREEDY, has: 'IAM', role: 'guarded', isPublic: true }, 'served'],
  [{ by: 'GET /{id}', has: 'nothing', role: 'public', accepted: true }, 'unprotected'],
  [{ by: 'GET /{id}', has: 'IAM', role: 'guarded' }, 'unprotected'],
  [{ by: 'GET /{id}', has: 'IAM', role: 'guarded', accepted: true }, 'dead'],
];

test.each(ROWS.flatMap((row) => [['http', ...row] as const, ['rest', ...row] as const]))(
  'of a %s API, where another route takes the calls of a rule (%j): %s',
  (kind, given, verdict) => {
    const isProblem = verdict === 'unprotected' || verdict === 'dead';
    expect({
      coverage: byCoverage(kind, given),
      protect: byProtect(kind, given),
      inject: byInject(kind, given),
    }).toEqual({
      coverage: verdict,
      protect: verdict,
      inject: isProblem ? 'problem' : verdict,
    });
  },
);
