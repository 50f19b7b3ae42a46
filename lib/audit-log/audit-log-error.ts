/** The audit log cannot be read; the message says why in one line. */
export class AuditLogError extends Error {
  override readonly name: string = 'AuditLogError';
}

/** AWS does not hand out the events of a log group. */
export class LogGroupError extends AuditLogError {
  override readonly name = 'LogGroupError';
}
