/** What `inject --json` prints; the routes are as `coverage --json` has them. */

import { isCovered } from '../../lambda/gateway/route-protection.ts';
import { reasonOf } from '../access-map/routes/document-routes.ts';
import type { Comparison } from './inject-comparison.ts';

/** @param output file that is written where there is no problem */
export function injectJson(
  { methods, problems, served, missing, left }: Comparison,
  output: string | undefined,
) {
  const ok = problems.length === 0;
  return {
    ok,
    output: ok && output !== undefined ? output : null,
    problems,
    routes: [
      ...methods.map(({ key, outcome, authorizer }) => ({
        route: key,
        // What is written has the authorizer on each route that needs it.
        state: ok && isCovered(outcome) ? 'ours' : outcome,
        ...(authorizer !== '' && { detail: authorizer }),
      })),
      ...served.map(({ key, kind, by }) => ({ route: key, state: kind, servedBy: by })),
    ],
    missing,
    /** Operations that the gateway cannot have. */
    left: left.map(({ key, code, detail }) => ({ route: key, code, detail: reasonOf({ detail }) })),
  };
}
