/** The one error of the Okta side: its message is one sentence. */

export interface OktaErrorDetail {
  /** HTTP status; absent when no answer came. */
  readonly status?: number;
  /** Okta's own code, e.g. `E0000006`. */
  readonly errorCode?: string;
  /** The org could not be asked: no answer, no credentials that it accepts, a fault of its own. */
  readonly unavailable?: boolean;
}

export class OktaError extends Error {
  override readonly name = 'OktaError';
  readonly detail: OktaErrorDetail;

  constructor(message: string, detail: OktaErrorDetail = {}, options?: ErrorOptions) {
    super(message, options);
    this.detail = detail;
  }
}
