/** Every template of docs/how-to/sam.md, transformed by SAM's own translator, from PyPI. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Step } from './steps.ts';
import { folderOf, run } from './tools.ts';
import type { World } from './world.ts';

const TRANSLATOR = ['aws-sam-translator==1.105.0', 'pyyaml==6.0.2'];
const PROGRAM = `
import json, sys, yaml
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
class Loader(yaml.SafeLoader): pass
def tag(loader, suffix, node):
    value = loader.construct_scalar(node)
    return {'Ref': value} if suffix == 'Ref' else {'Fn::' + suffix: value}
Loader.add_multi_constructor('!', tag)
template = yaml.load(open(sys.argv[1]), Loader)
print(json.dumps(Translator({}, Parser()).translate(template, {'AuthorizerArn': 'arn:aws:lambda:eu-central-1:123456789012:function:f'})))
`;

export async function samTemplates(world: World, step: Step): Promise<void> {
  const { signal } = world;
  const cwd = folderOf(world, 'sam', { 'translate.py': PROGRAM });
  const options = { cwd, signal, env: { AWS_DEFAULT_REGION: 'eu-central-1' } };
  const python = join(cwd, 'venv/bin/python3');
  await step('sam: the translator from PyPI', async () => {
    await run(['python3', '-m', 'venv', 'venv'], options);
    await run([python, '-m', 'pip', 'install', '--quiet', ...TRANSLATOR], options);
  });
  await step(
    'sam: the templates of docs/how-to/sam.md transform, and make no permission',
    async () => {
      const templates = [
        ...readFileSync('docs/how-to/sam.md', 'utf8').matchAll(/^```yaml\n(.*?)^```$/gms),
      ]
        .map(([, text = '']) => text)
        .filter((text) => text.includes('AWS::Serverless'));
      assert.equal(templates.length, 2);
      for (const [at, text] of templates.entries()) {
        writeFileSync(join(cwd, `${at}.yaml`), text);
        const { stdout } = await run([python, 'translate.py', `${at}.yaml`], options);
        const { Resources } = JSON.parse(stdout) as {
          readonly Resources: Readonly<Record<string, { readonly Type: string }>>;
        };
        assert(Object.keys(Resources).every((id) => /^[A-Za-z0-9]+$/.test(id)));
        assert(stdout.includes('okta-groups-orders'));
      }
    },
  );
}
