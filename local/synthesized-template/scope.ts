import type { Resolve, Template } from './intrinsics.ts';

/** One template of an assembly, and what its readers share. */
export interface Scope {
  readonly template: Template;
  readonly resolve: Resolve;
  /** Takes what the deployed API does and the local one leaves out, for people to read. */
  readonly note: (text: string) => void;
}
