/** Routes of one API whose other authorizer the caller of `protect` gives up. */
import type { IConstruct } from 'constructs';
import { isReplaced, wrongEntry } from '../access-map/index.ts';
import type { RouteProtection } from '../openapi/route-protection.ts';
import { type Authorization, isIam } from './authorization.ts';
import type { CoverageReport, ListedRoute } from './coverage-report.ts';

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

interface Guarded {
  readonly key: string | undefined;
  readonly outcome: RouteProtection;
  readonly authorization: Authorization;
}

export class Replacing {
  readonly #entries = new Set<string>();

  add(entries: readonly string[]): void {
    for (const entry of entries) this.#entries.add(entry);
  }

  replaces(key: string, isIam: boolean): boolean {
    return isReplaced([...this.#entries], key, isIam);
  }

  /** Whether a route or method that is a resource gives up its authorizer. */
  takesOver({ routes }: CoverageReport, { key, outcome, authorization }: Guarded): boolean {
    return (
      outcome === 'foreign' &&
      key !== undefined &&
      routes.entry(key)?.public !== true &&
      this.replaces(key, isIam(authorization))
    );
  }

  /** A route or method as it will be: what gives up its authorizer is not covered yet. */
  listed(report: CoverageReport, at: Guarded): ListedRoute {
    const { key, outcome } = at;
    return { key, outcome: this.takesOver(report, at) ? 'unprotected' : outcome };
  }

  /**
   * What stands for no route of the API replaces nothing of it.
   * @param keys of all routes of the API that the app has
   */
  reportNeedless(report: CoverageReport, at: IConstruct, keys: readonly string[]): void {
    for (const entry of this.#entries)
      if (!keys.some((key) => isReplaced([entry], key, false)))
        report.refuse(
          at,
          `expected a route of the API for \`replace\` of \`protect\`, found \`${entry}\`: correct it, or remove it`,
        );
  }
}
