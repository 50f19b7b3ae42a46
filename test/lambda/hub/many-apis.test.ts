/**
 * One hub, 30 APIs of two accounts: one delivery ends the token in all of them. Reads are held to
 * the rights that are deployed: those of the authorizers' roles, and for the other account those of
 * the table's own policy too.
 */
import { expect, test } from '@jest/globals';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { ConnectDynamo, DynamoClient } from '../../../lambda/adapters/dynamo/requests.ts';
import { memoryQuotaStore } from '../../../lambda/adapters/memory-quota-store.ts';
import { createAuthorizer } from '../../../lambda/authorizer/authorize.ts';
import { dynamoRevocations } from '../../../lambda/authorizer/dynamo-revocations.ts';
import { createHandler } from '../../../lambda/authorizer/handler.ts';
import { quotaLimiter } from '../../../lambda/authorizer/quota-limiter.ts';
import { parseModel } from '../../../lambda/core/model/load-model.ts';
import type { Principal } from '../../../lambda/core/token/principal.ts';
import { AccessMap } from '../../../lib/access-map/index.ts';
import { OktaGroupAuthorizer } from '../../../lib/authorizer/okta-group-authorizer.ts';
import { RevocationHub } from '../../../lib/hub/revocation-hub.ts';
import { httpApiEvent } from '../../support/http-api-event.ts';
import { restApiEvent } from '../../support/rest-api-event.ts';
import { newApp, resources } from '../../support/synthesis.ts';
import { deactivation, hubWorld, ORG, START } from './hub-world.ts';

const [HOME, OTHER, STRANGER] = ['111122223333', '444455556666', '777788889999'] as const;
const TABLE_ARN = `arn:aws:dynamodb:eu-west-1:${HOME}:table/hub`;
const ORGANIZATION = 'o-a1b2c3d4e5';

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Principal?: { readonly AWS: unknown };
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const mapOf = (name: string): AccessMap =>
  AccessMap.fromObject({
    api: { name, upstream: { url: 'https://shop.example.com' }, cache: 'off' },
    okta: {
      issuer: `https://${ORG}/oauth2/aus1abc`,
      audience: 'api://shop',
      clients: ['0oa1web'],
      revocation: { within: '10s', hub: TABLE_ARN, onStoreFailure: 'deny' },
    },
    routes: ['GET /items'],
    groups: { readers: { allow: ['GET /items'] } },
  });
const maps = Array.from({ length: 30 }, (_, n) => mapOf(`api-${n}`));

const env = (account: string) => ({ env: { account, region: 'eu-west-1' } });

/** What the table itself lets others do. */
function tablePolicy(): readonly Statement[] {
  const stack = new Stack(newApp(), 'Hub', env(HOME));
  const readers = { accounts: [OTHER], organizationId: ORGANIZATION, roleName: 'access-*' };
  new RevocationHub(stack, 'Revocations', { maps, readers });
  const [table] = resources(Template.fromStack(stack), 'AWS::DynamoDB::Table');
  const policy = table?.Properties['ResourcePolicy'] as {
    readonly PolicyDocument: { readonly Statement: readonly Statement[] };
  };
  return policy.PolicyDocument.Statement;
}

/** What the role of an authorizer may do in its own account. */
function rolePolicy(map: AccessMap, account: string): readonly Statement[] {
  const stack = new Stack(newApp(), `access-${map.name}`, env(account));
  new OktaGroupAuthorizer(stack, 'Access', { map });
  return resources(Template.fromStack(stack), 'AWS::IAM::Role')
    .filter(({ id }) => id.startsWith('AccessAuthorizer'))
    .flatMap(
      ({ Properties }) =>
        Properties['Policies'] as readonly {
          readonly PolicyDocument: { readonly Statement: readonly Statement[] };
        }[],
    )
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

/** Templates name the partition by a reference. */
const textOf = (value: unknown): string => {
  if (typeof value === 'string') return value;
  const join = (value as { readonly 'Fn::Join'?: readonly [string, readonly unknown[]] })[
    'Fn::Join'
  ];
  return join ? join[1].map(textOf).join(join[0]) : 'aws';
};
const texts = (value: unknown): readonly string[] => [value].flat().map(textOf);
const fits = (pattern: string, text: string): boolean =>
  new RegExp(`^${pattern.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`).test(
    text,
  );

interface Caller {
  readonly account: string;
  readonly organization: string;
  readonly role: string;
}

const allows = (statement: Statement, action: string): boolean =>
  texts(statement.Action).includes(action) &&
  texts(statement.Resource).some((pattern) => fits(pattern, TABLE_ARN));

function isFor({ Principal: principal, Condition = {} }: Statement, caller: Caller): boolean {
  const { StringEquals = {}, ArnLike = {}, ...others } = Condition;
  const arn = `arn:aws:iam::${caller.account}:role/${caller.role}`;
  return (
    texts(principal?.AWS).includes(`arn:aws:iam::${caller.account}:root`) &&
    StringEquals['aws:PrincipalOrgID'] === caller.organization &&
    texts(ArnLike['aws:PrincipalArn']).some((pattern) => fits(pattern, arn)) &&
    Object.keys(others).length === 0
  );
}

/** The table as a caller may use it. */
const connectAs =
  (
    connect: ConnectDynamo,
    caller: Caller,
    { role, table }: { readonly role: readonly Statement[]; readonly table: readonly Statement[] },
  ): ConnectDynamo =>
  () => {
    const client = connect();
    const send = (async (operation, input, ms) => {
      const action = `dynamodb:${operation}`;
      const own = role.some((statement) => allows(statement, action));
      const shared = table.some((one) => allows(one, action) && isFor(one, caller));
      if (input.TableName !== TABLE_ARN || !own || (caller.account !== HOME && !shared))
        throw new Error('AccessDeniedException');
      return client.send(operation, input, ms);
    }) as DynamoClient['send'];
    return { send };
  };

function scene() {
  const hub = hubWorld();
  const table = tablePolicy();
  const roles = new Map<string, readonly Statement[]>(
    [HOME, OTHER, STRANGER].map((id) => [id, rolePolicy(mapOf('shop'), id)]),
  );
  const tokens = new Map<string, Principal>();
  const apiOf = (map: AccessMap, caller: Caller, isRest: boolean) => {
    const model = parseModel(map.model);
    const { check } = dynamoRevocations(model, JSON.stringify({ [ORG]: TABLE_ARN }), {
      connect: connectAs(hub.table.connect, caller, {
        role: roles.get(caller.account) ?? [],
        table,
      }),
      clock: hub.clock,
      metrics: hub.metrics,
    });
    const handler = createHandler({
      authorize: createAuthorizer({
        ...{ model, clock: hub.clock, revocations: check },
        verifier: { verify: async (token) => tokens.get(token) as Principal },
        quota: quotaLimiter(model, memoryQuotaStore(), hub.clock),
      }),
      ...{ unauthorized: 'throw', mapVersion: map.version, clock: hub.clock },
      audit: { record: () => undefined },
    });
    /** `Allow`, or what the gateway makes 401 or 500 of. */
    return async (token: string): Promise<string> => {
      const event = isRest
        ? restApiEvent('GET', '/items', { token })
        : httpApiEvent('GET', '/items', { routeKey: 'GET /items', token });
      return handler(event).then(
        ({ policyDocument }) => policyDocument.Statement[0]?.Effect ?? '-',
        ({ message }: Error) => message,
      );
    };
  };
  for (const uid of ['leaver', 'other'])
    tokens.set(uid, {
      ...{ kind: 'user', uid: `00u${uid}`, cid: '0oa1web', groups: ['readers'], scopes: [] },
      issuedAt: START / 1_000 - 60,
    });
  return { hub, apiOf };
}

const callerIn = (account: string, more: Partial<Caller> = {}): Caller => ({
  ...{ account, organization: ORGANIZATION, role: 'access-shop-AccessAuthorizerRole1A2B' },
  ...more,
});

test('one delivery ends the token in all of them', async () => {
  const { hub, apiOf } = scene();
  await hub.beat();
  const apis = maps.map((map, n) => apiOf(map, callerIn(n % 2 === 0 ? HOME : OTHER), n % 3 === 0));
  const answers = (token: string) => Promise.all(apis.map((call) => call(token)));
  const all = (answer: string) => Array.from({ length: 30 }, () => answer);
  expect(await answers('leaver')).toEqual(all('Allow'));
  const answer = await hub.deliver([deactivation('a', '00uleaver', START - 500)]);
  expect(answer.statusCode).toBe(200);
  hub.pass(10_001);
  expect(await answers('leaver')).toEqual(all('Unauthorized'));
  expect(await answers('other')).toEqual(all('Allow'));
});

test.each([
  ['an account that the hub does not name', callerIn(STRANGER)],
  ['another organization', callerIn(OTHER, { organization: 'o-zzzzzzzzzz' })],
  ['a role of another name', callerIn(OTHER, { role: 'reporting' })],
])('%s reads nothing', async (_, caller) => {
  const { hub, apiOf } = scene();
  await hub.beat();
  expect(await apiOf(mapOf('shop'), caller, false)('other')).toBe('AuthorizerFailure');
});
