/**
 * What `init` writes where it does not know a value: one list, for the writer and for the checker.
 * A map that still has one is incomplete: it answers what is about routes and groups, and nothing
 * is deployed from it.
 */
import type { OktaModel } from '../../../lambda/core/model/model-file.ts';
import type { MapDocument } from '../report/cursor.ts';
import { eachText } from '../report/each-text.ts';
import { code, type Problem, problem } from '../report/problems.ts';

/** Hosts that stand for the issuer's and the upstream's; compared as a whole. */
const HOSTS: Readonly<Record<string, string>> = {
  'example.okta.com': 'the host of your own Okta org',
  'upstream.example.com': 'the host of your own back end',
};

/** The values that `init` writes. */
export const PLACEHOLDER = {
  issuer: 'https://example.okta.com/oauth2/default',
  upstream: 'https://upstream.example.com',
  audience: 'REPLACE-WITH-AUDIENCE',
  client: 'REPLACE-WITH-CLIENT-ID',
  stage: 'REPLACE-WITH-STAGE',
} as const;

const REPLACE_WITH = /^REPLACE-WITH-([A-Z0-9]+(?:-[A-Z0-9]+)*)$/;

/** What belongs in the place of a value; undefined for one that is no placeholder. */
function replacementFor(value: string): string | undefined {
  const named = REPLACE_WITH.exec(value)?.[1];
  if (named !== undefined) return `your own ${named.toLowerCase().replaceAll('-', ' ')}`;
  const host = hostOf(value);
  return host === undefined || !Object.hasOwn(HOSTS, host) ? undefined : HOSTS[host];
}

function hostOf(value: string): string | undefined {
  if (!/^https?:\/\//i.test(value)) return undefined;
  try {
    return new URL(value).hostname;
  } catch {
    return undefined;
  }
}

/** The org of the examples in this repository and its pages. It can be a real one. */
const EXAMPLE_HOSTS: ReadonlySet<string> = new Set(['acme.okta.com']);

/** Hosts of the examples whose tokens a map accepts. */
export const exampleIssuers = (okta: readonly OktaModel[]): readonly string[] => {
  const hosts = okta.flatMap(({ issuers }) => issuers.flatMap((issuer) => hostOf(issuer) ?? []));
  return [...new Set(hosts)].filter((host) => EXAMPLE_HOSTS.has(host));
};

/** Each placeholder of a map, in the order of the file. */
export function placeholdersIn({ data, placeOf }: MapDocument): readonly Problem[] {
  const found: Problem[] = [];
  eachText(data, (value, pointer, of) => {
    const expected = replacementFor(value);
    if (expected === undefined) return;
    const detail = { expected, found: `the placeholder ${code(value)}` };
    found.push(problem('error', 'PLACEHOLDER', placeOf(pointer, of), detail));
  });
  return found;
}
