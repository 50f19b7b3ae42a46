/** Which gateway responses an attachment sets on a REST API, and what each was before. Pure. */
import type { WantedResponse } from '../core/contract/attachment-request.ts';
import type { GatewayResponse, LiveResponse } from '../gateway/response-control.ts';

export interface ResponseEntry {
  /** What the owner had set; absent: nothing. */
  readonly former?: GatewayResponse;
  /**
   * What we have set or are about to set: after a crash the API may have the last one or the one
   * before.
   */
  readonly put: readonly GatewayResponse[];
}

export interface ResponseRecord {
  /** The stage may not serve all changes yet. */
  readonly unpublished: boolean;
  /** By response type. */
  readonly responses: Readonly<Record<string, ResponseEntry>>;
}

export const EMPTY_RESPONSES: ResponseRecord = { unpublished: false, responses: {} };

export interface ResponsePlan {
  readonly put: readonly {
    readonly type: string;
    readonly response: GatewayResponse;
    readonly former?: GatewayResponse;
  }[];
  /** Types that keep the owner's body. */
  readonly left: readonly string[];
}

/** Body of the gateway's own responses. */
const DEFAULT_BODY = '{"message":$context.error.messageString}';
const HEADER = 'gatewayresponse.header.';

/**
 * @param replace whether our body replaces the owner's. The owner's headers always stay; ours are
 * added beside them.
 */
export function planResponses(
  wanted: readonly WantedResponse[],
  replace: boolean,
  live: readonly LiveResponse[],
  record: ResponseRecord,
): ResponsePlan {
  const planned = wanted.map((want) => {
    const former = ownersResponse(want.type, live, record);
    const base = former ?? inherited(want, live);
    const keepsBody = want.template !== undefined && !replace && isOwners(base, want);
    const response = merged(want, base, keepsBody);
    return {
      type: want.type,
      response,
      keeps: keepsBody,
      changes: !sameResponse(response, base),
      ...(former && { former }),
    };
  });
  return {
    put: planned
      .filter(({ changes }) => changes)
      .map(({ type, response, former }) => ({ type, response, ...(former && { former }) })),
    left: planned.filter(({ keeps: keepsBody }) => keepsBody).map(({ type }) => type),
  };
}

/**
 * What the owner has set: the current response, or the recorded one where the current one is ours.
 */
function ownersResponse(
  type: string,
  live: readonly LiveResponse[],
  record: ResponseRecord,
): GatewayResponse | undefined {
  const now = live.find((response) => response.type === type);
  const entry = record.responses[type];
  if (entry !== undefined && hasOurResponse(now, entry)) return entry.former;
  return now === undefined || now.isDefault ? undefined : plain(now);
}

const plain = ({ statusCode, parameters, templates }: GatewayResponse): GatewayResponse => ({
  ...(statusCode !== undefined && { statusCode }),
  parameters,
  templates,
});

/**
 * A type that is not set answers with the headers and body of DEFAULT_4XX or DEFAULT_5XX, if those
 * are set.
 */
function inherited({ statusCode }: WantedResponse, live: readonly LiveResponse[]): GatewayResponse {
  const family = live.find(
    ({ type, isDefault }) => type === `DEFAULT_${statusCode.slice(0, 1)}XX` && !isDefault,
  );
  return {
    statusCode,
    parameters: family?.parameters ?? {},
    templates: family?.templates ?? { 'application/json': DEFAULT_BODY },
  };
}

const isOwners = (base: GatewayResponse, { statusCode }: WantedResponse): boolean =>
  (base.statusCode ?? statusCode) !== statusCode ||
  Object.values(base.templates).some((body) => body.replace(/\s/g, '') !== DEFAULT_BODY);

function merged(
  { statusCode, headers, template }: WantedResponse,
  base: GatewayResponse,
  keepsBody: boolean,
): GatewayResponse {
  const taken = new Set(Object.keys(base.parameters).map((name) => name.toLowerCase()));
  const added = Object.entries(headers).map(
    ([name, source]) => [`${HEADER}${name}`, source] as const,
  );
  const parameters = {
    ...base.parameters,
    ...Object.fromEntries(added.filter(([name]) => !taken.has(name.toLowerCase()))),
  };
  const ours = template !== undefined && !keepsBody;
  return {
    statusCode: ours ? statusCode : (base.statusCode ?? statusCode),
    parameters,
    templates: ours ? { 'application/json': template } : base.templates,
  };
}

export function sameResponse(a: GatewayResponse, b: GatewayResponse): boolean {
  const text = ({ statusCode, parameters, templates }: GatewayResponse): string =>
    JSON.stringify([
      statusCode,
      Object.entries(parameters).toSorted(),
      Object.entries(templates).toSorted(),
    ]);
  return text(a) === text(b);
}

/** True also when the gateway returns more than was set. */
export function hasOurResponse(now: LiveResponse | undefined, { put }: ResponseEntry): boolean {
  const within = (
    part: Readonly<Record<string, string>>,
    whole: Readonly<Record<string, string>>,
  ): boolean => Object.entries(part).every(([name, value]) => whole[name] === value);
  return (
    now !== undefined &&
    !now.isDefault &&
    put.some(
      ({ statusCode, parameters, templates }) =>
        statusCode === now.statusCode &&
        within(parameters, now.parameters) &&
        within(templates, now.templates),
    )
  );
}
