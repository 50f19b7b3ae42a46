/**
 * Tokens: each one new, and one that is known, against the RSA operation that neither can do
 * without.
 */
import { modelText, ordersMap } from '../scene/assets.ts';
import { AUDIENCE } from '../scene/loopback.ts';
import { compare, inProcess } from '../side-by-side.ts';
import type { Checked, Checks } from '../yardsticks/tokens.ts';
import type { Bench, Row } from './row.ts';

const TOKENS = 2_500;

const CASES = [
  {
    groups: 5,
    fresh: { goal: 1.9, bound: 1.9, before: '4.02' },
    known: { goal: 0.06, bound: 0.08, before: '0.10' },
  },
  {
    groups: 100,
    fresh: { goal: 3.1, bound: 3.1, before: '6.88' },
    known: { goal: 0.16, bound: 0.2, before: '0.19' },
  },
] as const;

export async function tokenRows({ scene, assets, rounds }: Bench): Promise<readonly Row[]> {
  const { checksOf } = (await import(assets.yardstick('tokens', 'esm'))) as {
    checksOf(checked: Checked): Checks;
  };
  const model = modelText(ordersMap(scene.issuer));
  const { issuer, key } = scene;
  const rows: Row[] = [];
  for (const { groups, fresh, known } of CASES) {
    const tokens = Array.from({ length: TOKENS }, (_, n) =>
      scene.token(groups, { jti: `AT.${n}` }),
    );
    const checks = checksOf({ ...{ issuer, tokens, model }, audience: AUDIENCE, jwk: key.jwk });
    const sides = [
      inProcess('RSA', checks.rsa),
      inProcess('aws-jwt-verify', checks.library),
      inProcess('new token', checks.fresh),
      inProcess('known token', checks.known),
    ];
    const [library, own, recalled] = await compare(sides, rounds);
    const row = {
      comparedWith: 'the RSA operation as aws-jwt-verify asks for it',
      value: Number.NaN,
      noise: 0,
    };
    const named = `${groups} groups, Node ${process.versions.node.split('.')[0]}`;
    rows.push(
      { ...row, name: `new token, ${named}`, ...fresh, ...own },
      { ...row, name: `known token, ${named}`, ...known, ...recalled },
      { ...row, name: `aws-jwt-verify alone, ${named}`, goal: Number.NaN, ...library },
    );
  }
  return rows;
}
