import { afterEach, expect, jest, test } from '@jest/globals';
import { GROUPS, mapText, orgWith, runnerIn, stopOrgs } from './support.ts';

// Each test talks HTTP with a server of its own, which takes its time on a busy machine.
jest.setTimeout(60_000);
afterEach(stopOrgs);

const ORG = 'http://127.0.0.1:1/oauth2/aus1';
/** A second address of the org, known when it runs. */
const OTHER = 'http://OTHER/oauth2/aus1';

test.each([
  [ORG, 'ORG_URL', '', undefined],
  [
    OTHER,
    'ORG_URL',
    `warning: server \`orders\` is the issuer \`${ORG}\`, the map expects \`${OTHER}\`: the authorizer refuses its tokens; set \`okta.issuer\``,
    '!',
  ],
  [
    `[${ORG}, ${OTHER}]`,
    'CUSTOM_URL',
    `i server \`orders\` is the issuer \`${ORG}\` alone, the map accepts \`${OTHER}\` too`,
    '! warning:',
  ],
  [
    OTHER,
    'DYNAMIC',
    `i server \`orders\` is the issuer \`${ORG}\`, the map expects \`${OTHER}\`: make sure that clients ask`,
    '! warning:',
  ],
  [`[${ORG}, ${OTHER}]`, 'DYNAMIC', '', undefined],
])(
  'plan and verify compare %s with the issuer of a server in mode %s',
  async (issuer, issuerMode, planned, verified) => {
    const org = await orgWith({ groups: GROUPS, firstServerId: 'aus1', issuerOf: () => ORG });
    const { host } = new URL((await orgWith()).url);
    const there = (text: string): string => text.replaceAll('OTHER', host);
    const { run } = runnerIn({
      'first.yaml': mapText(org.url),
      'access.yaml': mapText(org.url, { okta: `issuer: ${there(issuer)}` }),
    });
    expect((await run('okta apply -m first.yaml --yes')).code).toBe(0);
    Object.assign(org.store.servers.get('aus1') ?? {}, { issuerMode });
    const { stdout } = await run('okta plan');
    if (planned === '') expect(stdout).not.toContain('is the issuer');
    else expect(stdout).toContain(there(planned));
    const found = (await run('okta verify')).stdout
      .split('\n')
      .find((line) => line.includes('is the issuer'));
    expect(found?.includes(`  ${verified} server`)).toBe(verified === undefined ? undefined : true);
  },
);
