import type { AccessMap } from '../access-map/index.ts';
import type { AttachSettings } from '../access-map/sections/attach-section.ts';

/** Options of an attachment. Defaults are those of `api.attachTo`. */
export interface AttachOptions extends Partial<Omit<AttachSettings, 'apiId' | 'dryRun'>> {
  /**
   * Whether a 403 over quota carries the header `Retry-After` from the authorizer's context; of a
   * REST API with `gatewayResponses`.
   * @default true; the body has the seconds as well, should an account refuse the header's source
   */
  readonly retryAfterHeader?: boolean;
}

/** The API that is attached to, and how. */
export interface AttachTarget extends AttachOptions {
  readonly map: AccessMap;
  readonly apiId: string;
  /** Only the plan runs, without any right to change the API. */
  readonly dryRun?: boolean;
}
