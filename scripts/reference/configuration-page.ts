/** docs/reference/configuration.md: every key of the access map, and the context of the app. */
import { EXAMPLES, FIRST_RELEASE, SINCE } from './examples.ts';
import { inCode, table } from './markdown.ts';
import { type Row, type Section, schemaSections } from './schema-rows.ts';

const INTRODUCTION = `# Configuration

Every key of the access map, and the context of the CDK app. \`npm run configuration\` writes this page
from the schema that checks maps; a test fails while it is not current. The props of the constructs
have [a page of their own](props.md), and the [tutorial](../start/tutorial.md) builds a map step by step.

The map is the file that \`cdk.json\` names as context \`accessMap\`. That may also be a glob of several
files, each a stack named by its \`api.name\`, or the map itself as an object. In the tables \`NAME\` stands
for a name of your own, and \`[]\` for each item of a list. All keys are there since ${FIRST_RELEASE}, unless a
row says otherwise.
`;

const CONTEXT = `## Context of the app

Set in \`cdk.json\` under \`context\`, or by \`cdk deploy -c NAME=VALUE\`. Props have a context of the same name
too: see [deploying](../start/deploy.md#settings-without-an-app-of-your-own).

${table(
  ['key', 'value', 'default'],
  [
    ['`accessMap`', 'a file’s name, a glob, the map as an object or as JSON text', '`access.yaml`'],
    [
      '`root`',
      'folder that the files named by a map (`extends`, `openapi`) must lie below',
      'the nearest folder above the map with `.git`, else the map’s own; for maps given as objects the app’s folder',
    ],
    [
      '`apiGatewayAccountRole`',
      '`true`: a stack with a REST API sets the role by which API Gateway writes access logs (once an account and Region)',
      '`false`',
    ],
    [
      '`loopbackIssuer`',
      '`true`: plain http for an issuer on this machine; for local runs only',
      '`false`',
    ],
    [
      '`watch`',
      '`false`: no alarms, dashboard, detector and saved queries ([watching](../how-to/watch.md))',
      '`true`',
    ],
    ['`alarmTopic`', 'ARN of the SNS topic that alarms are sent to', 'none'],
    ['`savedQueries`', '`false`: no saved queries', '`true`'],
    [
      '`storeClient`',
      '`sdk`: the functions on the path of a call ask DynamoDB through the AWS SDK, not the light client',
      '`light`',
    ],
    ['`skipTests`', '`true`: synthesis does not run the tests of the map', '`false`'],
    ['`attachAgain`', 'any new text: the attachment runs though nothing has changed', 'none'],
  ],
)}`;

export const configurationPage = (): string =>
  [INTRODUCTION, ...schemaSections().map(section), CONTEXT].join('\n');

const section = ({ name, node, rows }: Section): string =>
  `## \`${name}\`\n\n${node.description ?? ''}\n\n${table(
    ['key', 'meaning', 'value', 'default', 'example'],
    rows.map(rowOf),
  )}`;

function rowOf({ path, node, required }: Row): readonly string[] {
  const value = node.expected ?? node.enum?.join(', ') ?? [node.type].flat().join(' or ');
  const fallback = node.default === undefined ? '' : inCode(String(node.default));
  const since = SINCE[path] === undefined ? '' : ` Since ${SINCE[path]}.`;
  return [
    inCode(path),
    `${node.description ?? ''}${since}`,
    value,
    required ? 'required' : fallback,
    inCode(EXAMPLES[path] ?? ''),
  ];
}
