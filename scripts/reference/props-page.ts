/** docs/reference/props.md: the props of the constructs, from the documentation in their source. */
import { readFileSync } from 'node:fs';
import { STORE_CLIENTS } from '../../lambda/core/contract/store-client.ts';
import { inCode, table } from './markdown.ts';

const INTRODUCTION = `# Props

The props of the constructs. \`npm run configuration\` writes this page from the documentation in the
source; a test fails while it is not current, or while a prop is missing. \`cdk deploy\` takes most props
of operations [from the context](../start/deploy.md#settings-without-an-app-of-your-own), without an app
of your own. \`npm run docs\` also writes the API of all exports, with their methods, to \`site/dist/api\`.
`;

/** Interfaces of props: where each is, and what it is for. */
export const PROP_SOURCES: readonly (readonly [title: string, file: string, about: string])[] = [
  ['AccessStack', 'lib/stack/access-stack.ts', 'The stack of one map: authorizer, API, logs.'],
  [
    'OktaGroupAuthorizer',
    'lib/authorizer/okta-group-authorizer.ts',
    'The authorizer alone, in a stack of your own. It takes the props of operations too.',
  ],
  [
    'Operations',
    'lib/resources/operations-props.ts',
    'Props of both constructs above: how the functions and tables run.',
  ],
  [
    'Attachment',
    'lib/attachment/attach-options.ts',
    'Options of `authorizer.attach(api, options)`: the keys of `api.attachTo`, and these.',
  ],
  ['Protection', 'lib/protect/replacing.ts', 'Options of `authorizer.protect(api, options)`.'],
  [
    'Permissions endpoint',
    'lib/permissions/permissions-endpoint.ts',
    'Props of the construct `PermissionsEndpoint`, which `addPermissionsEndpoint` makes.',
  ],
  [
    'Revocation hub',
    'lib/hub/revocation-hub.ts',
    'Props of the construct `RevocationHub`, for all APIs of an Okta org in a Region.',
  ],
  ['Table of a hub', 'lib/hub/hub-table.ts', 'Props of the construct `HubTable`.'],
  ['Watch', 'lib/watch/watch.ts', 'Alarms, dashboard, saved queries.'],
  ['Detector', 'lib/watch/detector-props.ts', 'The function that looks for probing callers.'],
  ['Quota alarms', 'lib/watch/quota-alarms.ts', 'Alarms on the quota table.'],
  [
    'Revocation alarms',
    'lib/watch/revocation-alarms.ts',
    'Alarm on the reading of revoked tokens.',
  ],
  ['Key alarms', 'lib/watch/key-alarms.ts', 'Alarms on signing keys.'],
];

/** Types that the page spells out. */
const TYPES: Readonly<Record<string, string>> = {
  StoreClient: STORE_CLIENTS.map((client) => `'${client}'`).join(' | '),
};

export interface Prop {
  readonly name: string;
  readonly type: string;
  readonly optional: boolean;
  readonly meaning: string;
  readonly fallback: string;
}

/** Members of an interface that the package exports; `DetectorProps` is the package's own. */
const INTERFACE =
  /export interface (?!DetectorProps\b)\w+(?:Props|Options)\b[^{]*\{\n([\s\S]*?)\n\}/g;
const MEMBER = /(?: {2}\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n)? {2}readonly (\w+)(\?)?: ([^;]+);/g;

/** The documented members of the exported interfaces of a file. */
export function propsOf(file: string): readonly Prop[] {
  const source = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
  return [...source.matchAll(INTERFACE)].flatMap(([, body = '']) =>
    [...body.matchAll(MEMBER)].map(([, comment = '', name = '', optional, type = '']) => {
      const text = comment.replaceAll(/\n\s*\* ?/g, ' ').trim();
      const [meaning = '', fallback = ''] = text.split('@default');
      return {
        name,
        type: TYPES[type] ?? type.replaceAll(/\s+/g, ' '),
        optional: optional !== undefined,
        meaning: meaning.trim(),
        fallback: fallback.trim(),
      };
    }),
  );
}

const EXAMPLES = readFileSync(new URL('./prop-examples.ts', import.meta.url), 'utf8');

/** The region of the examples that has the title, without its indentation. */
export function exampleOf(title: string): string {
  const region = new RegExp(`// #region ${title}\\n([\\s\\S]*?)\\n *// #endregion`).exec(
    EXAMPLES,
  )?.[1];
  return region === undefined ? '' : `\`\`\`ts\n${region.replaceAll(/^ {2}/gm, '')}\n\`\`\`\n\n`;
}

export function propsPage(): string {
  const sections = PROP_SOURCES.map(([title, file, about]) => {
    const rows = propsOf(file).map(({ name, type, optional, meaning, fallback }) => [
      inCode(name),
      meaning,
      inCode(type),
      optional ? fallback : 'required',
    ]);
    return `## ${title}\n\n${about} Source: \`${file}\`.\n\n${exampleOf(title)}${table(['prop', 'meaning', 'type', 'default, and why'], rows)}`;
  });
  return [INTRODUCTION, ...sections].join('\n');
}
