/** Gateway responses of a REST API behind the port: as set, and as the stage serves them. */

import { ApiNotFoundError } from '../../../lambda/gateway/live-api.ts';
import type {
  GatewayResponse,
  LiveResponse,
  ResponseControl,
} from '../../../lambda/gateway/response-control.ts';

export interface FakeResponses {
  controlOf(apiId: string): ResponseControl;
  /** As the owner's deployment would; undefined takes it away. */
  set(type: string, response: GatewayResponse | undefined): void;
  /** What is set, and what of it the stage serves. */
  state(): unknown;
  serve(): void;
}

/** Types with the status that each has by itself. */
const STATUS: Readonly<Record<string, string>> = {
  ACCESS_DENIED: '403',
  AUTHORIZER_CONFIGURATION_ERROR: '500',
  AUTHORIZER_FAILURE: '500',
  THROTTLED: '429',
  UNAUTHORIZED: '401',
};
const BODY = '{"message":$context.error.messageString}';

type Call = <T>(name: string, work: () => T) => Promise<T>;

export function fakeResponses(call: Call, gone: (apiId: string) => boolean): FakeResponses {
  const custom = new Map<string, GatewayResponse>();
  let served: unknown = {};
  /**
   * A type that nobody has set shows headers and body of the DEFAULT_4XX or DEFAULT_5XX that
   * somebody has, and is still a default one.
   */
  const live = (type: string, statusCode?: string): LiveResponse => {
    const own = custom.get(type);
    const shown = own ??
      custom.get(`DEFAULT_${statusCode?.slice(0, 1)}XX`) ?? {
        parameters: {},
        templates: { 'application/json': BODY },
      };
    const status = own?.statusCode ?? statusCode;
    return {
      type,
      ...(status !== undefined && { statusCode: status }),
      parameters: shown.parameters,
      templates: shown.templates,
      isDefault: !own,
    };
  };
  const set = (type: string, response: GatewayResponse | undefined): void => {
    if (response === undefined) custom.delete(type);
    else custom.set(type, response);
  };
  return {
    controlOf: (apiId) => ({
      read: () =>
        call('responses', () => {
          if (gone(apiId)) throw new ApiNotFoundError('no such API');
          return [
            ...Object.entries(STATUS),
            ['DEFAULT_4XX', undefined],
            ['DEFAULT_5XX', undefined],
          ].map(([type, status]) => live(String(type), status));
        }),
      put: (type, response) => call('put', () => set(type, response)),
      reset: (type) => call('reset', () => set(type, undefined)),
    }),
    set,
    serve: () => {
      served = Object.fromEntries([...custom].toSorted());
    },
    state: () => [Object.fromEntries([...custom].toSorted()), served],
  };
}
