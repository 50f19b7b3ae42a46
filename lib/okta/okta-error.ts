/** The one error of the Okta side: its message is one sentence. */
import type { FailureCode } from '../../lambda/core/contract/failures.ts';

export interface OktaErrorDetail {
  /** HTTP status; absent when no answer came. */
  readonly status?: number;
  /** Okta's own code, e.g. `E0000006`. */
  readonly errorCode?: string;
}

export class OktaError extends Error {
  override readonly name = 'OktaError';
  readonly code: FailureCode;
  readonly detail: OktaErrorDetail;

  constructor(
    code: FailureCode,
    message: string,
    detail: OktaErrorDetail = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.code = code;
    this.detail = detail;
  }
}
