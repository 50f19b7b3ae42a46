/** What verify says of an org. */

export interface VerifyFinding {
  /** An error makes calls fail or open wrongly; a warning may be meant; a note is a measure. */
  readonly level: 'error' | 'warning' | 'note';
  readonly text: string;
}
