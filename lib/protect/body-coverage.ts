/** Covers the methods in the OpenAPI body of a REST API. */
import { Tokenization } from 'aws-cdk-lib';
import type { CfnRestApi } from 'aws-cdk-lib/aws-apigateway';
import { isObject, membersIn } from '../../lambda/core/json/json-object.ts';
import { operationsOf } from '../../lambda/gateway/openapi-document.ts';
import { type AccessMap, documentRoutes, isRouteMethod } from '../access-map/index.ts';
import {
  type ClassificationRules,
  type ClassifiedDocument,
  type ClassifiedMethod,
  classifyDocument,
} from '../openapi/classify-document.ts';
import type { Change } from '../openapi/document-changes.ts';
import { resolvePaths, writtenOut } from '../openapi/document-references.ts';
import { importProblems } from '../openapi/resource-facts.ts';
import { methodChanges, type SchemeProps, schemeChange } from '../openapi/security-scheme.ts';
import { serverOf } from '../openapi/server-path.ts';
import { renderedBody, renderedProperties } from '../resources/rendered.ts';
import type { CoverageReport } from './coverage-report.ts';
import type { Replacing } from './replacing.ts';

/** Our authorizer in the body; its name and settings. */
export type BodyScheme = Omit<SchemeProps, 'kind'>;

export class BodyCoverage {
  readonly #report: CoverageReport;
  readonly #scheme: SchemeProps;
  readonly #rules: ClassificationRules;
  readonly #map: Pick<AccessMap, 'basePath'>;

  constructor(report: CoverageReport, scheme: BodyScheme, map: Pick<AccessMap, 'basePath'>) {
    this.#report = report;
    this.#map = map;
    this.#scheme = { ...scheme, kind: 'rest' };
    this.#rules = {
      kind: 'rest',
      scheme: scheme.name,
      noun: 'body',
      entry: (key) => report.routes.entry(key),
    };
  }

  /**
   * Adds our authorizer to every method without one, and to those whose other one it replaces. Uses
   * overrides, which apply last: the body keeps its tokens, which carry the dependencies between
   * stacks.
   */
  cover(api: CfnRestApi, replacing: Replacing): void {
    const { methods, hidden } = this.#classify(api, replacing);
    // Nothing is written beside a function of CloudFormation; the report stops the synthesis.
    if (hidden.length > 0) return;
    const unprotected = methods.filter(({ outcome }) => outcome === 'unprotected');
    const body = membersIn(renderedBody(api));
    const changes = [
      ...writtenOut(body, resolvePaths(body).data),
      schemeChange(body, this.#scheme),
      ...unprotected.flatMap((method) => methodChanges(method, this.#scheme.name)),
    ];
    for (const change of changes) override(api, change);
  }

  inspect(api: CfnRestApi): void {
    const { methods, hidden } = this.#classify(api);
    for (const reason of hidden) this.#report.refuse(api, reason);
    for (const { key, outcome, authorizer } of methods) {
      // If part of the body is hidden, nothing was covered; the reason is the only report.
      if (outcome === 'unprotected' && hidden.length > 0) continue;
      this.#report.report(api, { key, outcome, authorizer });
    }
  }

  get schemeName(): string {
    return this.#scheme.name;
  }

  /** All methods as they are once ours has replaced what it replaces. */
  methods(api: CfnRestApi, replacing: Replacing): readonly ClassifiedMethod[] {
    return this.#classify(api, replacing).methods;
  }

  /**
   * Evaluates every method, also those that the gateway cannot have as a route: only the gateway's
   * import decides what becomes of them.
   */
  #classify(api: CfnRestApi, replacing?: Replacing): ClassifiedDocument {
    const body = renderedBody(api);
    const { data, problems } = resolvePaths(membersIn(body));
    const { routes, left } = documentRoutes(operationsOf(data), {
      kind: 'rest',
      basePath: this.#map.basePath,
      server: serverOf(data),
    });
    const known = left.filter(({ operation }) => isRouteMethod(operation.method));
    const classified = classifyDocument(isObject(body) ? data : body, [...routes, ...known], {
      ...this.#rules,
      ...(replacing && { replaces: (key, isIam) => replacing.replaces(key, isIam) }),
    });
    return {
      ...classified,
      hidden: [
        ...classified.hidden,
        ...problems,
        ...importProblems(renderedProperties(api), data, this.#map),
      ],
    };
  }
}

/** In the path of an override a dot ends a name. */
const escaped = (name: string): string => name.replaceAll(/[\\.]/g, '\\$&');

function override(api: CfnRestApi, { path, value }: Change): void {
  copyOverrides(api, ['Properties', 'Body', ...path]);
  api.addPropertyOverride(['Body', ...path.map(escaped)].join('.'), value);
}

/**
 * An override keeps the object that the app passed, which may be part of other overrides too: this
 * replaces each object on the path with a copy that may be changed.
 */
function copyOverrides(api: CfnRestApi, path: readonly string[]): void {
  let above = Reflect.get(api, 'rawOverrides') as Record<string, unknown>;
  for (const key of path) {
    const value = above[key];
    if (!isObject(value) || Tokenization.isResolvable(value)) return;
    const copy = { ...value };
    above[key] = copy;
    above = copy;
  }
}
