/**
 * Templates of CloudFormation, SAM and the Serverless Framework: those of the pages, those that
 * `package` writes and those of the examples, read by the tools that their users run.
 */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { accessApp } from '../../bin/access-app.ts';
import { AccessMap } from '../../lib/access-map/index.ts';
import { packageFiles } from '../../lib/package/write-package.ts';
import { codeBlocks } from '../docs/support/code-blocks.ts';
import { classifiedDocument } from './sam-routes.ts';
import type { Step } from './steps.ts';
import { folderOf, type RunOptions, run } from './tools.ts';
import type { World } from './world.ts';

const TOOLS = ['aws-sam-cli==1.170.0', 'cfn-lint==1.58.0'];
const PAGE = 'docs/how-to/sam.md';
/** Prints what SAM's own translator makes of each template, a line each. */
const TRANSLATE = `
import json, sys, yaml
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
class Loader(yaml.SafeLoader): pass
def tag(loader, suffix, node):
    value = loader.construct_scalar(node)
    return {'Ref': value} if suffix == 'Ref' else {'Fn::' + suffix: value}
Loader.add_multi_constructor('!', tag)
for file in sys.argv[1:]:
    template = yaml.load(open(file), Loader)
    print(json.dumps(Translator({}, Parser()).translate(template, {'AuthorizerArn': 'arn:aws:lambda:eu-central-1:123456789012:function:f'})))
`;
/** The command line itself, once for all files: it takes seconds to start. */
const VALIDATE = `
import sys
from samcli.cli.main import cli
for file in sys.argv[1:]:
    for lint in ([], ['--lint']):
        cli.main(['validate', *lint, '--template', file], standalone_mode=False)
`;

export async function samTemplates(world: World, step: Step): Promise<void> {
  const cwd = folderOf(world, 'sam', {
    'translate.py': TRANSLATE,
    'validate.py': VALIDATE,
  });
  // SAM asks AWS for nothing here; its library wants a Region and credentials all the same.
  const env = { ...world.emulator.env, AWS_DEFAULT_REGION: 'eu-central-1', SAM_CLI_TELEMETRY: '0' };
  const options = { cwd, signal: world.signal, env };
  await step('templates: the command line of SAM, and cfn-lint, from PyPI', async () => {
    await run(['python3', '-m', 'venv', 'venv'], options);
    // What is run a few times is not worth compiling: half of the time of the installation.
    const install = [tool(options, 'python3'), '-m', 'pip', 'install', '--quiet', '--no-compile'];
    await run([...install, ...TOOLS], options);
  });
  const pages = templatesOfPages(cwd);
  await step('templates: `sam validate` takes those of the pages, with and without --lint', () =>
    validated(pages, options),
  );
  await step('templates: SAM makes routes of them that have our authorizer', async () => {
    const { stdout } = await run([tool(options, 'python3'), 'translate.py', ...pages], options);
    const documents = stdout.trim().split('\n');
    assert.equal(documents.length, pages.length);
    for (const document of documents) classifiedDocument(document);
  });
  await step('templates: cfn-lint finds nothing in any, packages and examples included', () =>
    linted([...pages, ...packages(cwd), ...examples(cwd)], options),
  );
}

const tool = ({ cwd }: RunOptions, name: string): string => join(cwd, 'venv/bin', name);

function written(folder: string, name: string, text: string): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

/** Every block of a page that is a whole template, of SAM or of CloudFormation. */
function templatesOfPages(cwd: string): readonly string[] {
  const templates = codeBlocks().filter(({ text }) => /^"?(?:Transform|Resources)"?:/m.test(text));
  assert.equal(templates.filter(({ page }) => page === PAGE).length, 4);
  return templates.map(({ page, line, text }) =>
    written(cwd, `${page.replaceAll('/', '-')}-${line}.yaml`, text),
  );
}

async function validated(files: readonly string[], options: RunOptions): Promise<void> {
  const validate = [tool(options, 'python3'), 'validate.py'];
  const { stdout } = await run([...validate, ...files], options);
  assert.equal(stdout.match(/ is a valid SAM Template/g)?.length, 2 * files.length);
  // What only the plain call notices; a page that had it would be found by these tests.
  const [text = ''] = codeBlocks([PAGE])
    .map((block) => block.text)
    .filter((block) => block.includes('DisableFunctionDefaultPermissions'));
  const broken = text.replace(/^ *DisableFunctionDefaultPermissions.*\n/m, '');
  const file = written(options.cwd, 'broken.yaml', broken);
  await assert.rejects(run([...validate, file], options), /alphanumeric/);
}

/** What `package --format cloudformation` writes, for APIs of this account and of others. */
const packages = (cwd: string): readonly string[] =>
  (['http', 'rest'] as const).flatMap((kind) =>
    [undefined, ['111122223333', 'arn:aws:execute-api:eu-west-1:210987654321:a1b2c3d4e5']].flatMap(
      (callers) => {
        const map = AccessMap.fromObject({
          api: { name: 'packaged', kind, authorizerOnly: true, ...(callers && { callers }) },
          okta: {
            issuer: 'https://acme.okta.com/oauth2/aus1abc',
            audience: 'api://orders',
            clients: ['0oa1web'],
          },
          routes: ['GET /orders'],
          quotas: { team: { limit: 10, per: 'minute', by: 'group' } },
          groups: { 'orders-readers': { allow: ['GET /orders'], quota: 'team' } },
        });
        const folder = join(cwd, `packaged-${kind}-${callers ? 'callers' : 'own'}`);
        return Object.entries(packageFiles(map, 'cloudformation').files)
          .filter(([name]) => name.endsWith('.json'))
          .map(([name, text]) => written(folder, name, String(text)));
      },
    ),
  );

/** The maps of the project, as the CDK's command line synthesizes them. */
function examples(cwd: string): readonly string[] {
  const files = ['access.yaml', 'examples/{cached,stages/*}.yaml'].flatMap((accessMap, at) => {
    const outdir = join(cwd, `examples-${at}`);
    const given = { context: { accessMap }, outdir, builtinCloudFormationValidation: false };
    return accessApp(given)
      .synth()
      .stacks.map(({ templateFullPath }) => templateFullPath);
  });
  assert.equal(files.length, 4);
  return files;
}

/**
 * W3005: the CDK names dependencies that a reference has already. W3002: `template.local.json` is
 * for `aws cloudformation package`.
 */
async function linted(files: readonly string[], options: RunOptions): Promise<void> {
  const lint = [tool(options, 'cfn-lint'), '--ignore-checks', 'W3005', 'W3002', '--'];
  await run([...lint, ...files], options);
  const faulty =
    '{ "Resources": { "Key": { "Type": "AWS::SQS::Queue", "Properties": { "Nam": "" } } } }';
  await assert.rejects(
    run([...lint, written(options.cwd, 'faulty.json', faulty)], options),
    /E3002/,
  );
}
