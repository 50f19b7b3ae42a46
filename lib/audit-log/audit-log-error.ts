/** The audit log cannot be read; the message says why in one line. */
export class AuditLogError extends Error {
  override readonly name = 'AuditLogError';
}
