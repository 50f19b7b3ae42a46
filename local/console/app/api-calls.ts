/** Calls of the API from this page, as an app makes them, and the record of each. */
import type { Method, Permissions } from 'okta-group-authorizer-client';
import type { ConsoleSetup, ExplainedCall } from '../wire.ts';
import { methodOf } from './format.ts';
import type { Outcome, Store } from './store.ts';

export type CallRoute = (route: string, path: string) => Promise<void>;

/** @returns calls a route; of several under way the last one is shown. */
export function createCaller(
  { gateway }: ConsoleSetup,
  store: Store,
  permissions: Permissions,
): CallRoute {
  let latest = 0;
  return async (route, path) => {
    latest += 1;
    const mine = latest;
    const { token } = store.known();
    const at = Date.now();
    const show = (outcome: Partial<Outcome>): void => {
      const asked = { route, path, at, withToken: token !== null, body: '' };
      if (mine === latest) store.setOutcome({ ...asked, ...outcome });
    };
    show({});
    try {
      const headers = token === null ? {} : { authorization: `Bearer ${token}` };
      const response = await fetch(gateway + path, { method: methodOf(route) as Method, headers });
      const { status } = response;
      const id = requestIdOf(response);
      const [explained, body] = await Promise.all([explain(id), textOf(response)]);
      show({ status, body, ...explained });
      // A refusal makes the client ask by itself; a call that passed has been counted.
      const refusal = await permissions.refusal(response, route);
      if (refusal === undefined && token !== null) await permissions.refresh();
    } catch (error) {
      show({ status: 0, body: String(error) });
    }
  };
}

/** `apigw-requestid` of an HTTP API, `x-amzn-requestid` of a REST API. */
const requestIdOf = ({ headers }: Response): string | null =>
  headers.get('apigw-requestid') ?? headers.get('x-amzn-requestid');

const textOf = (response: Response): Promise<string> => response.clone().text();

/** Explains the decision on this request. */
export async function explain(
  requestId: string | null,
): Promise<Pick<Outcome, 'explained' | 'unexplained'>> {
  if (requestId === null)
    return {
      unexplained:
        'The answer does not say which request it is of, so that its record cannot be found.',
    };
  try {
    const answer = await fetch(`/api/why?${new URLSearchParams({ request: requestId })}`);
    if (answer.ok) return { explained: (await answer.json()) as ExplainedCall };
    return { unexplained: 'The run does not know this request, or no longer.' };
  } catch {
    return { unexplained: 'The run could not be asked for the record.' };
  }
}
