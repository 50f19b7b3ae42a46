/**
 * Holds the evaluator that the property tests trust (local/iam.ts) against an independent one, on
 * the policies that the product emits and on random patterns. Needs
 * `npm install --prefix test/iam-simulate`.
 */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { evaluatePolicy } from '../local/iam.ts';
import { cases, emittedPolicies } from '../test/lib/access-map/cache/policy.property.ts';

/** Random policies, and random maps whose policies are evaluated on the requests around them. */
const [RANDOM, EMITTED] = [5_000, 150];

const require = createRequire(new URL('../test/iam-simulate/package.json', import.meta.url));
// Without its validation, which knows no ARN of a root path; what is compared is matching.
const { runUnsafeSimulation } = (await import(
  pathToFileURL(require.resolve('@cloud-copilot/iam-simulate')).href
)) as {
  runUnsafeSimulation: (simulation: unknown, options: unknown) => string;
};

const STAGE = 'arn:aws:execute-api:us-east-1:123456789012:abcdef1234/prod/';
const piece = fc.constantFrom('a', 'b', 'users', '/', '/', '*', '?*', '?', '%2F', ':', '.');
const resource = fc
  .tuple(fc.constantFrom('GET/', 'POST/', '*'), fc.array(piece, { maxLength: 6 }))
  .map(([method, pieces]) => STAGE + method + pieces.join(''));
const path = fc
  .tuple(
    fc.constantFrom('GET/', 'POST/'),
    fc.array(fc.constantFrom('a', 'b', 'users', '/', '%2F', ':', '.'), { maxLength: 7 }),
  )
  .map(([method, pieces]) => STAGE + method + pieces.join(''));
const statement = fc.record({
  Effect: fc.constantFrom('Allow', 'Allow', 'Deny'),
  Action: fc.constant('execute-api:Invoke'),
  Resource: fc.array(resource, { minLength: 1, maxLength: 3 }),
});

const VERDICTS: Readonly<Record<string, string>> = {
  Allowed: 'allow',
  ExplicitlyDenied: 'explicitDeny',
  ImplicitlyDenied: 'implicitDeny',
};

function other(policy: unknown, arn: string): string {
  const result = runUnsafeSimulation(
    {
      request: {
        principal: 'arn:aws:iam::123456789012:user/caller',
        action: 'execute-api:Invoke',
        resource: { resource: arn, accountId: '123456789012' },
        contextVariables: {},
      },
      identityPolicies: [{ name: 'authorizer', policy }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  return VERDICTS[result] ?? result;
}

/**
 * The other evaluator takes a star in the request for a set of resources; the gateway's requests
 * are single ones.
 */
const isLiteral = (arn: string): boolean => !/[*?]/.test(arn);

let evaluated = 0;
function compare(policy: unknown, arn: string): void {
  const [ours, theirs] = [evaluatePolicy(policy, arn), other(policy, arn)];
  evaluated++;
  if (ours !== theirs)
    throw new Error(`on ${arn}: ${ours} here, ${theirs} there, by ${JSON.stringify(policy)}`);
}

fc.assert(
  fc.property(fc.array(statement, { minLength: 1, maxLength: 3 }), path, (Statement, arn) => {
    compare({ Version: '2012-10-17', Statement }, arn);
  }),
  { numRuns: RANDOM },
);
for (const one of fc.sample(cases, EMITTED)) {
  for (const { policy, arns } of await emittedPolicies(one))
    for (const arn of arns.filter(isLiteral)) compare(policy, arn);
}
console.log(
  `iam: both evaluators agree on ${evaluated} verdicts, ${evaluated - RANDOM} of them of policies that the authorizer emits`,
);
