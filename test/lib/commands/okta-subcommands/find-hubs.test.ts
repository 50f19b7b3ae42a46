/** Which hubs the maps of an org want, and where deployed stacks say that they are. */
import { describe, expect, test } from '@jest/globals';
import type { DeployedHub } from '../../../../lambda/core/contract/hub.ts';
import { hookSecrets, wantedHooks } from '../../../../lib/commands/okta-subcommands/find-hubs.ts';
import type { HubAws } from '../../../../lib/commands/okta-subcommands/hub-aws.ts';
import { planHooks } from '../../../../lib/okta/plan-hooks.ts';
import { capture } from '../project.ts';

const ORG = 'https://acme.okta.com';

describe('which hubs there are', () => {
  const table = 'arn:aws:dynamodb:eu-west-1:123456789012:table/hub';
  const deployed = (url: string, more: Partial<DeployedHub> = {}) => ({
    HubRevocationHub0A1B2C3D: JSON.stringify({
      org: new URL(ORG).host,
      url,
      secret: 'arn:secret',
      table,
      ...more,
    }),
  });
  const aws = (
    outputs: (stack?: string) => readonly Readonly<Record<string, string>>[],
  ): HubAws => ({
    outputs: async (stack) => outputs(stack),
    readSecret: async () => '',
    writeSecret: async () => undefined,
  });
  const side = (name: string, hubOf: 'own' | { readonly tableArn: string }) => ({
    map: {
      name,
      revocations: [
        {
          org: new URL(ORG).host,
          withinSeconds: 10,
          marginSeconds: 2,
          onStoreFailure: 'allow' as const,
          hook: true,
          hub: hubOf,
          onAdd: false,
        },
      ],
    },
    side: { map: name, org: ORG },
  });
  const io = () => capture('/', { env: {} });

  test('one for each table, and that of its own stack for a map with its own', async () => {
    const cloud = aws((stack) =>
      stack === undefined
        ? [{}, deployed('https://shared.example/')]
        : [deployed(`https://${stack}.example/`, { table: 'arn:other' })],
    );
    const sides = [
      side('a', { tableArn: table }),
      side('b', 'own'),
      side('c', { tableArn: table }),
    ];
    expect(await wantedHooks(sides, io(), cloud)).toEqual([
      { uri: 'https://shared.example/', maps: ['a', 'c'] },
      { uri: 'https://access-b.example/', maps: ['b'] },
    ]);
  });

  test('one for thirty maps with one hub', async () => {
    const names = Array.from({ length: 30 }, (_, n) => `api-${String(n).padStart(2, '0')}`);
    const cloud = aws(() => [{}, deployed('https://shared.example/')]);
    const sides = names.map((name) => side(name, { tableArn: table }));
    expect(await wantedHooks(sides, io(), cloud)).toEqual([
      { uri: 'https://shared.example/', maps: names },
    ]);
  });

  test('that of a stack of another name, whose outputs name the map', async () => {
    const authorizer = (map: string) => ({
      AccessMap0A1B2C3D: JSON.stringify({ map, authorizer: 'arn:function', records: [] }),
    });
    const stacks = [
      { ...authorizer('b'), ...deployed('https://b.example/') },
      { ...authorizer('a'), ...deployed('https://other-org.example/', { org: 'b.okta.com' }) },
      { ...authorizer('a'), ...deployed('https://a.example/') },
    ];
    const cloud = aws((stack) => (stack === undefined ? stacks : []));
    expect(await wantedHooks([side('a', 'own')], io(), cloud)).toEqual([
      { uri: 'https://a.example/', maps: ['a'] },
    ]);
    expect(await wantedHooks([side('c', 'own')], io(), cloud)).toEqual([{ maps: ['c'] }]);
    stacks.push({ ...authorizer('a'), ...deployed('https://twice.example/') });
    await expect(wantedHooks([side('a', 'own')], io(), cloud)).rejects.toMatchObject({
      code: 'HUB_AMBIGUOUS',
      message: expect.stringMatching(/`a`.*`OKTA_HOOK_URL`/),
    });
  });

  test('none that is deployed: the plan says to deploy first', async () => {
    const hooks = await wantedHooks(
      [side('a', 'own')],
      io(),
      aws(() => []),
    );
    expect(hooks).toEqual([{ maps: ['a'] }]);
    const desired = { hooks, maps: ['a'], renamed: {} } as never;
    expect(planHooks(desired, { hooks: [] } as never).findings).toEqual([
      { level: 'faults', code: 'HUB_ABSENT', text: expect.stringContaining('`a`') },
    ]);
  });

  test('an AWS that cannot be asked is exit code 3', async () => {
    const cloud = aws(() => {
      throw Object.assign(new Error('Region is missing'), { name: 'Error' });
    });
    await expect(wantedHooks([side('a', 'own')], io(), cloud)).rejects.toMatchObject({
      code: 'AWS_REGION_ABSENT',
      message: expect.stringContaining('`OKTA_HOOK_URL`'),
    });
  });

  test('no secret is had of a hub that no stack of the account has', async () => {
    const cloud = aws(() => [deployed('https://other.example/')]);
    const hooks = [{ uri: 'https://a.example/', maps: ['a'] }];
    await expect(hookSecrets({ hooks }, io(), cloud)).rejects.toMatchObject({
      code: 'HUB_UNKNOWN',
      message: expect.stringContaining('`https://a.example/`'),
    });
  });
});
