/** The trail cannot be read; the message says why in one line. */
export class TrailError extends Error {
  override readonly name = 'TrailError';
}
