import { afterEach, expect, jest, test } from '@jest/globals';
import type { OktaFindingCode } from '../../../lambda/core/contract/okta-findings.ts';
import { foundBy, GROUPS, mapText, orgWith, runnerIn, stopOrgs, told } from './support.ts';

// Each test talks HTTP with a server of its own, which takes its time on a busy machine.
jest.setTimeout(60_000);
afterEach(stopOrgs);

const ORG = 'http://127.0.0.1:1/oauth2/aus1';
/** A second address of the org, known when it runs. */
const OTHER = 'http://OTHER/oauth2/aus1';

test.each<
  readonly [
    issuer: string,
    mode: string,
    code: OktaFindingCode | undefined,
    levels: readonly string[],
  ]
>([
  [ORG, 'ORG_URL', undefined, []],
  [OTHER, 'ORG_URL', 'SERVER_ISSUER', ['warns', 'error']],
  [`[${ORG}, ${OTHER}]`, 'CUSTOM_URL', 'SERVER_ISSUER_FURTHER', ['notes', 'warning']],
  [OTHER, 'DYNAMIC', 'SERVER_ISSUER_BY_HOST', ['notes', 'warning']],
  [`[${ORG}, ${OTHER}]`, 'DYNAMIC', undefined, []],
])(
  'plan and verify compare %s with the issuer of a server in mode %s',
  async (issuer, issuerMode, code, levels) => {
    const org = await orgWith({ groups: GROUPS, firstServerId: 'aus1', issuerOf: () => ORG });
    const { host } = new URL((await orgWith()).url);
    const there = (text: string): string => text.replaceAll('OTHER', host);
    const runner = runnerIn({
      'first.yaml': mapText(org.url),
      'access.yaml': mapText(org.url, { okta: `issuer: ${there(issuer)}` }),
    });
    expect((await runner.run('okta apply -m first.yaml --yes')).code).toBe(0);
    Object.assign(org.store.servers.get('aus1') ?? {}, { issuerMode });
    for (const [at, command] of ['plan', 'verify'].entries()) {
      const { findings } = await foundBy(runner, command);
      const names = ['`orders`', `\`${ORG}\``, `\`${there(OTHER)}\``];
      expect(findings.filter((each) => each.code.startsWith('SERVER_ISSUER'))).toEqual(
        code === undefined ? [] : [told({ code, level: levels[at] ?? '' }, ...names)],
      );
    }
  },
);
