/** Tokens: each one new, and one that is known, against the RSA operation that neither can do without. */
import { createPublicKey, verify } from 'node:crypto';
import { JwtVerifier } from 'aws-jwt-verify';
import { createKeySet } from '../../lambda/adapters/key-set.ts';
import { oktaTokenVerifier } from '../../lambda/adapters/okta-token-verifier.ts';
import { parseModel } from '../../lambda/core/model/load-model.ts';
import { modelText, ordersMap } from '../scene/assets.ts';
import { AUDIENCE, type Scene } from '../scene/loopback.ts';
import { compare, inProcess } from '../side-by-side.ts';
import type { Bench, Row } from './row.ts';

/** More than a function remembers (lambda/adapters/token-memory.ts), so that each is new. */
const TOKENS = 2_500;

const CASES = [
  { groups: 5, fresh: { goal: 1.9, bound: 1.9 }, known: { goal: 0.06, bound: 0.06 } },
  { groups: 100, fresh: { goal: 3.1, bound: 3.1 }, known: { goal: 0.16, bound: 0.16 } },
] as const;

export async function tokenRows({ scene, rounds }: Bench): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const { groups, fresh, known } of CASES) {
    const [library, own, recalled] = await compare(sidesWith(scene, groups), rounds);
    const row = { comparedWith: 'the RSA operation alone', value: Number.NaN, noise: 0 };
    const named = `${groups} groups`;
    rows.push(
      { ...row, name: `new token, ${named}`, ...fresh, ...own },
      { ...row, name: `known token, ${named}`, ...known, ...recalled },
      { ...row, name: `aws-jwt-verify alone, ${named}`, goal: Number.NaN, ...library },
    );
  }
  return rows;
}

function sidesWith(scene: Scene, groups: number) {
  const tokens = Array.from({ length: TOKENS }, (_, n) => scene.token(groups, { jti: `AT.${n}` }));
  const signed = tokens.map((token) => {
    const at = token.lastIndexOf('.');
    return [
      Buffer.from(token.slice(0, at)),
      Buffer.from(token.slice(at + 1), 'base64url'),
    ] as const;
  });
  const { jwk } = scene.key;
  const key = createPublicKey({ format: 'jwk', key: jwk });
  const { verifier, library } = verifiers(scene, jwk);
  let [turn, mine, theirs] = [0, 0, 0];
  const rsa = (): void => {
    const [input = Buffer.alloc(0), signature = input] = signed[turn++ % TOKENS] ?? [];
    if (!verify('sha256', input, key, signature)) throw new Error('a bad signature');
  };
  // A text of its own each time, as every event has.
  const bytes = Buffer.from(tokens[0] ?? '', 'latin1');
  return [
    inProcess('RSA', rsa),
    inProcess('aws-jwt-verify', () => library.verifySync(tokens[theirs++ % TOKENS] ?? '')),
    inProcess('new token', () => accepted(verifier.verify(tokens[mine++ % TOKENS] ?? ''))),
    inProcess('known token', () => verifier.verify(bytes.toString('latin1'))),
  ];
}

function verifiers({ issuer }: Scene, jwk: { readonly kid: string }) {
  const model = parseModel(JSON.parse(modelText(ordersMap(issuer))));
  const clock = { now: () => Date.now() };
  const keys = createKeySet({
    issuer,
    clock,
    fetch: async () => ({ keys: [jwk], maxAgeMs: undefined }),
  });
  const library = JwtVerifier.create({ issuer, audience: AUDIENCE, jwksUri: `${issuer}/v1/keys` });
  library.cacheJwks({ keys: [jwk as never] });
  return { verifier: oktaTokenVerifier(model, clock, () => keys), library };
}

async function accepted(result: Promise<object>): Promise<void> {
  const judged = await result;
  if ('code' in judged) throw new Error(`the token is refused: ${JSON.stringify(judged)}`);
}
