/** What `coverage --json` prints. */
import type { LiveApi } from '../../lambda/gateway/live-api.ts';
import {
  type ClassifiedRoute,
  describeState,
  type FailingState,
  ROUTE_FIXES,
  ROUTE_STATES,
  type RouteState,
} from '../../lambda/gateway/route-states.ts';
import { code } from '../access-map/report/problems.ts';
import { type FoundCode, foundProblem } from './shell/problem-json.ts';

interface CoverageResult {
  readonly routes: readonly ClassifiedRoute[];
  readonly problems: readonly string[];
  /** Routes that are not as they should be. */
  readonly failing: readonly FailingRoute[];
}

interface FailingRoute extends ClassifiedRoute {
  readonly state: RouteState & { readonly kind: FailingState };
}

export const isFailing = (route: ClassifiedRoute): route is FailingRoute =>
  ROUTE_STATES[route.state.kind].exitCode === 1;

const ROUTE_CODES: Readonly<Record<FailingState, FoundCode>> = {
  unprotected: 'ROUTE_UNPROTECTED',
  foreign: 'ROUTE_FOREIGN',
  'taken back': 'ROUTE_TAKEN_BACK',
  stale: 'ROUTE_STALE',
  missing: 'ROUTE_MISSING',
};

export const coverageJson = (
  { routes, problems, failing }: CoverageResult,
  { kind, id, name }: LiveApi,
) => ({
  ok: problems.length + failing.length === 0,
  api: { kind, id, name },
  problems: [
    ...problems.map((says) => foundProblem('API_SETTING', says)),
    ...failing.map(({ key, state }) =>
      foundProblem(
        ROUTE_CODES[state.kind],
        `expected our authorizer on ${code(key)}, found ${describeState(state)}${state.fix === undefined ? '' : `: ${ROUTE_FIXES[state.fix]}`}`,
      ),
    ),
  ],
  routes: routes.map(({ key, state }) => ({
    route: key,
    state: state.kind,
    detail: describeState(state),
    ...(state.acceptedBy !== undefined && { acceptedBy: state.acceptedBy }),
    ...(state.servedBy !== undefined && { servedBy: state.servedBy }),
    ...(state.stage !== undefined && { stage: state.stage }),
    ...(state.fix !== undefined && { mend: ROUTE_FIXES[state.fix] }),
  })),
  missing: routes.filter(({ state }) => state.kind === 'missing').map(({ key }) => key),
});
