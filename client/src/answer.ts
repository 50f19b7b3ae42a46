/** What the permissions endpoint answers. */
export interface Answer {
  /** Version of the access map that answered. */
  readonly mapVersion: string;
  /** Every route that the caller may call: `GET /orders/{id}`. */
  readonly routes: readonly string[];
  /** Closed routes that take paths from open ones. */
  readonly closed: readonly string[];
  /** Routes in shadow mode, whose rules are not enforced; absent where there are none. */
  readonly shadow?: readonly ShadowRoute[];
  readonly permissions: readonly string[];
  /** In the order in which calls are charged to them. */
  readonly quotas: readonly Quota[];
  /** Seconds after which a client asks again. */
  readonly goodForSeconds?: number;
  /** Only where the map says `exposeGroups`. */
  readonly groups?: readonly string[];
}

/** What the gateway does on a route, and what the rules will do once they are enforced. */
export interface ShadowRoute {
  readonly route: string;
  readonly rule: 'signedIn' | 'allowed' | 'denied' | 'closed';
  readonly mode: 'shadow';
  /** `prior`: the authorizer that the route had before decides, and may refuse. */
  readonly gateway: 'anyToken' | 'prior';
}

export interface Quota {
  readonly name: string;
  /** Charged beside the others, not in their place. */
  readonly strict?: true;
  readonly windows: readonly QuotaWindow[];
}

export interface QuotaWindow {
  readonly per: string;
  readonly limit: number;
  /** Absent when the store gave no answer. */
  readonly remaining?: number;
  /** Epoch seconds. */
  readonly resetsAt: number;
  /** Only these routes count; absent: all that the quota pays for. */
  readonly routes?: readonly string[];
}

const UNEXPECTED = 'the permissions endpoint answers no permissions';

/** @throws TypeError for anything but the endpoint's answer, e.g. the page of a proxy. */
export function readAnswer(json: unknown): Answer {
  const answer = json as Answer;
  for (const name of ['routes', 'closed', 'permissions', 'quotas'] as const) {
    if (!Array.isArray(answer?.[name])) throw new TypeError(UNEXPECTED);
  }
  const { goodForSeconds = 1 } = answer;
  if (!(goodForSeconds >= 1) || !answer.quotas.every((quota) => Array.isArray(quota?.windows)))
    throw new TypeError(UNEXPECTED);
  return answer;
}
