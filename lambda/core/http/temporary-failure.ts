/**
 * Whether a status is a fault or a limit of the host or of a proxy before it, so that it does not
 * answer the request. Source: RFC 9110, 15.5.9 and 15.6; RFC 6585, 4.
 */
export const isTemporary = (status: number): boolean =>
  status >= 500 || status === 408 || status === 429;
