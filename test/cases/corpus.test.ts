/**
 * Documents of other people: what `init` writes is good, and `inject` and `protect` agree on it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { ApiDefinition, SpecRestApi } from 'aws-cdk-lib/aws-apigateway';
import { operationsOf } from '../../lambda/gateway/openapi-document.ts';
import { AccessMap } from '../../lib/access-map/index.ts';
import { OktaGroupAuthorizer } from '../../lib/authorizer/okta-group-authorizer.ts';
import { runCheck } from '../../lib/commands/check.ts';
import { runInit } from '../../lib/commands/init.ts';
import { runInject } from '../../lib/commands/inject.ts';
import { parseData } from '../../lib/openapi/parse-document.ts';
import { capture, project } from '../lib/commands/project.ts';
import { newStack, only, quietApp, said } from '../support/synthesis.ts';

const corpus = join(__dirname, 'corpus');
const files = readdirSync(corpus).filter((name) => !name.endsWith('.md'));
const authorizerUri =
  'arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:111122223333:function:f/invocations';
const KNOWN = {
  ...{ issuer: 'https://retail.okta.com/oauth2/aus1', audience: 'api://shop' },
  ...{ client: ['0oa1web'], upstream: 'https://shop.example.org', output: 'map.yaml' },
};

/** Which operations have our authorizer, by method and path. */
const guarded = (document: unknown, scheme: string): readonly string[] =>
  operationsOf(document).map(({ method, template, value }) => {
    const { security = [] } = value as { readonly security?: unknown };
    return `${method} ${template} ${JSON.stringify(security).includes(`"${scheme}"`)}`;
  });

describe.each(files)('%s', (file) => {
  const text = readFileSync(join(corpus, file), 'utf8');
  const written = async (kind: 'http' | 'rest') => {
    const folder = project({ [file]: text });
    expect(await runInit({ ...KNOWN, openapi: file }, capture(folder))).toBe(0);
    const map = readFileSync(join(folder, 'map.yaml'), 'utf8');
    const yaml = map.replace(/kind: \w+/, `kind: ${kind}`);
    return project({ [file]: text, 'map.yaml': yaml });
  };
  const inject = (folder: string, document: string, output: string): unknown => {
    const io = capture(folder);
    const injected = { document, map: 'map.yaml', authorizerUri, output };
    expect([runInject(injected, io), io.stderr()]).toEqual([0, expect.anything()]);
    return parseData(readFileSync(join(folder, output), 'utf8'));
  };

  const isVersion2 = (parseData(text) as { readonly swagger?: unknown }).swagger !== undefined;
  const kinds = isVersion2 ? (['rest'] as const) : (['http', 'rest'] as const);
  test.each(kinds)('is a good map of a %s API, and gets it', async (kind) => {
    const folder = await written(kind);
    expect(runCheck({ maps: ['map.yaml'] }, capture(folder))).toBe(0);
    const out = inject(folder, file, 'out.txt');
    expect(inject(folder, 'out.txt', 'repeated.txt')).toEqual(out);
    const keys = AccessMap.fromFile(join(folder, 'map.yaml')).gatewayRoutes;
    expect(guarded(out, 'okta-groups').filter((one) => one.endsWith('true'))).toHaveLength(
      keys.filter((route) => !route.public).length,
    );
  });

  if (isVersion2)
    test('is a good map of a http API, which cannot be imported from it', async () => {
      const folder = await written('http');
      expect(runCheck({ maps: ['map.yaml'] }, capture(folder))).toBe(0);
      const io = capture(folder);
      expect(runInject({ document: file, map: 'map.yaml', authorizerUri }, io)).toBe(1);
      expect(io.stderr()).toContain('found one of a REST API by its version');
    });

  test('is evaluated by protect as by inject', async () => {
    const folder = await written('rest');
    const stack = newStack('Test', quietApp());
    const map = AccessMap.fromFile(join(folder, 'map.yaml'));
    const authorizer = new OktaGroupAuthorizer(stack, 'Authorizer', { map });
    const apiDefinition = ApiDefinition.fromInline(parseData(text));
    authorizer.protect(new SpecRestApi(stack, 'Api', { apiDefinition, cloudWatchRole: false }));
    const body = only(Template.fromStack(stack), 'AWS::ApiGateway::RestApi').Properties['Body'];
    expect(said(stack, 'findError')).toEqual([]);
    const scheme = `okta-groups-${authorizer.node.addr.slice(-8)}`;
    expect(guarded(body, scheme)).toEqual(guarded(inject(folder, file, 'out.txt'), 'okta-groups'));
  });
});
