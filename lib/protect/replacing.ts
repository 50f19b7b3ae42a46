/** Routes of one API whose other authorizer the caller of `protect` gives up. */
import type { IConstruct } from 'constructs';
import { isReplaced, redundantEntries, wrongEntry } from '../access-map/index.ts';
import type { CoverageReport } from './coverage-report.ts';

export interface ProtectOptions {
  /**
   * Routes, or patterns of them, whose other authorizer ours replaces: `GET /orders`. A route that
   * IAM guards is replaced only where it is named itself. Each must stand for a route of the API.
   * @default none: a route with another authorizer is an error at synthesis, and stays unchanged
   */
  readonly replace?: readonly string[];
}

/** What is wrong with the options of `protect`; undefined where nothing is. */
export function wrongReplace({ replace = [] }: ProtectOptions): string | undefined {
  const [wrong] = replace.flatMap((entry) => wrongEntry(entry) ?? []);
  return wrong === undefined ? undefined : `\`replace\`: ${wrong}`;
}

export class Replacing {
  readonly #entries = new Set<string>();

  add(entries: readonly string[]): void {
    for (const entry of entries) this.#entries.add(entry);
  }

  /** @param key undefined where it is known at deploy time only, so that no entry names it */
  replaces(key: string | undefined, isIam: boolean): boolean {
    return key !== undefined && isReplaced([...this.#entries], key, isIam);
  }

  /**
   * What stands for no route of the API replaces nothing of it.
   * @param keys of all routes of the API that the app has
   */
  reportRedundant(report: CoverageReport, at: IConstruct, keys: readonly string[]): void {
    for (const entry of redundantEntries([...this.#entries], keys))
      report.refuse(
        at,
        `expected a route of the API for \`replace\` of \`protect\`, found \`${entry}\`: correct it, or remove it`,
      );
  }
}
