/**
 * What is asked of a live deployment. GET, HEAD and OPTIONS only, a bounded number of requests,
 * nothing that writes.
 */
import { METHOD_OVERRIDE_HEADERS } from '../../../lambda/core/contract/overrides.ts';
import type { AccessMap } from '../../access-map/index.ts';
import {
  type Answer,
  type Finding,
  finding,
  isSuccess,
  pathOf,
  pick,
  type SendProbe,
  type Subject,
  unknown,
} from './finding.ts';
import { withToken } from './token-probes.ts';

const JUNK = 'Bearer not-a-token';
/** The one that a gateway of REST APIs honours itself. */
const [METHOD_HEADER] = METHOD_OVERRIDE_HEADERS;

export async function probeAll({ map, ask, token }: Subject): Promise<readonly Finding[]> {
  const guarded = pick(map, false);
  if (guarded === undefined)
    return [unknown('routes', 'the map has no GET route that needs an authorizer')];
  return [
    await noToken(ask, guarded),
    ...(await furtherRoutes(ask, map, guarded)),
    await junkToken(ask, guarded, map),
    await publicRoute(ask, pick(map, true)),
    ...(await oddPaths(ask, guarded)),
    ...(await methodOverride(ask, guarded)),
    ...(await identitySources(ask, guarded)),
    ...(await withToken(ask, guarded, token)),
  ];
}

async function noToken(ask: SendProbe, path: string): Promise<Finding> {
  const answer = await ask('GET', path, {});
  if (answer.status === 401) return finding('no token', 'pass', `GET ${path} answers 401`);
  if (isSuccess(answer))
    return finding(
      'no token',
      'fail',
      `GET ${path} answers ${answer.status}: the route has no authorizer; run \`coverage\``,
    );
  return finding(
    'no token',
    'fail',
    `GET ${path} answers ${answer.status}, expected 401: is this the API's URL, stage included?`,
  );
}

/** Most further routes that are asked: a deployment of many is not to be flooded. */
const MAX_FURTHER_ROUTES = 20;

/** Rules below a greedy route included: the gateway serves them by that one. */
async function furtherRoutes(
  ask: SendProbe,
  map: AccessMap,
  first: string,
): Promise<readonly Finding[]> {
  const paths = map.gatewayRoutes
    .filter((route) => !route.public && ['GET', 'ANY'].includes(route.method ?? ''))
    .map(({ template }) => pathOf(template))
    .filter((path) => path !== first);
  if (paths.length === 0) return [];
  const asked = paths.slice(0, MAX_FURTHER_ROUTES);
  const answers: (readonly [string, number])[] = [];
  for (const path of asked) answers.push([`GET ${path}`, (await ask('GET', path, {})).status]);
  return [checkFurther(answers, `${asked.length} of ${paths.length} further routes`)];
}

/** Only 401 is the gateway's: a back end answers a path that it does not know with 404 or 403. */
function checkFurther(answers: readonly (readonly [string, number])[], of: string): Finding {
  const probe = 'no token elsewhere';
  const passed = answers.filter(([, status]) => isSuccess({ status })).map(([call]) => call);
  if (passed.length > 0)
    return finding(probe, 'fail', `${passed.join(', ')} answer without a token: run \`coverage\``);
  const others = answers.filter(([, status]) => status !== 401);
  if (others.length === 0) return finding(probe, 'pass', `${of} asked, each answers 401`);
  const said = others.map(([call, status]) => `${call} answers ${status}`).join(', ');
  return unknown(
    probe,
    `${said}, expected 401: the API lacks the route, or its back end was reached; \`coverage\` shows which`,
  );
}

async function junkToken(ask: SendProbe, path: string, map: AccessMap): Promise<Finding> {
  const { status } = await ask('GET', path, { authorization: JUNK });
  const probe = 'invalid token';
  if (status === 401) return finding(probe, 'pass', 'answers 401');
  if (status === 403 && map.api.unauthorized === 'deny')
    return finding(probe, 'pass', 'answers 403, as `api.unauthorized: deny` says');
  if (status === 500 && map.kind === 'http') {
    return finding(
      probe,
      'fail',
      'answers 500: a thrown `Unauthorized` gives no 401 here; set `api.unauthorized: deny`',
    );
  }
  return finding(
    probe,
    'fail',
    `answers ${status}, expected 401: see the authorizer's log for the reason`,
  );
}

async function publicRoute(ask: SendProbe, path: string | undefined): Promise<Finding> {
  if (path === undefined) return unknown('public route', 'the map has no public GET route');
  const { status } = await ask('GET', path, {});
  if (status !== 401 && status !== 403)
    return finding('public route', 'pass', `GET ${path} answers ${status} without a token`);
  return finding(
    'public route',
    'fail',
    `GET ${path} answers ${status}: it has an authorizer, or its back end asks for one`,
  );
}

/** Without a token, so that only a route without authorizer can let one of them through. */
async function oddPaths(ask: SendProbe, path: string): Promise<readonly Finding[]> {
  const segments = path.split('/');
  const spellings = {
    'trailing slash': `${path}/`,
    'doubled slash': `/${path}`,
    'encoded slash': `${path}%2Fx`,
    'encoded letter': `${segments.slice(0, -1).join('/')}/%${(segments.at(-1) || 'x').charCodeAt(0).toString(16).toUpperCase()}${(segments.at(-1) ?? '').slice(1)}`,
  };
  const findings: Finding[] = [];
  for (const [probe, spelling] of Object.entries(spellings)) {
    const answer = await ask('GET', spelling, {});
    if (isSuccess(answer)) {
      const fix =
        'a route without authorizer answers it; add an authorizer to greedy and `$default` routes, or remove them';
      findings.push(
        finding(probe, 'fail', `GET ${spelling} answers ${answer.status} without a token: ${fix}`),
      );
    } else
      findings.push(
        finding(probe, 'pass', `GET ${spelling} answers ${answer.status} without a token`),
      );
  }
  return findings;
}

/** Towards HEAD and OPTIONS only: towards another method it could write. */
async function methodOverride(ask: SendProbe, path: string): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const method of ['HEAD', 'OPTIONS']) {
    const answer = await ask('GET', path, { [METHOD_HEADER]: method });
    const says = `GET ${path} with X-HTTP-Method-Override: ${method} answers ${answer.status} without a token`;
    findings.push(
      finding(
        `method override ${method}`,
        isSuccess(answer) ? 'fail' : 'pass',
        isSuccess(answer)
          ? `${says}: the gateway takes the header for the method; give that route an authorizer`
          : says,
      ),
    );
  }
  return findings;
}

async function identitySources(ask: SendProbe, path: string): Promise<readonly Finding[]> {
  const query = await ask(
    'GET',
    `${path}?authorization=${encodeURIComponent(JUNK)}&access_token=x`,
    {},
  );
  const empty = await ask('GET', path, { authorization: '' });
  return [
    evaluateUnread('token in the query string', query),
    evaluateUnread('empty Authorization', empty),
  ];
}

/** What the answer says about a source of tokens that the authorizer must not read. */
function evaluateUnread(probe: string, answer: Answer): Finding {
  if (answer.status === 401) return finding(probe, 'pass', 'answers 401');
  return finding(
    probe,
    isSuccess(answer) ? 'fail' : 'unknown',
    `answers ${answer.status}, expected 401: the authorizer's identity source is the header Authorization alone`,
  );
}
