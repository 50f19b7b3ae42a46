/** Covers the methods of a REST API that stand in its OpenAPI body. */
import { Tokenization } from 'aws-cdk-lib';
import type { CfnRestApi } from 'aws-cdk-lib/aws-apigateway';
import {
  type Change,
  judgeDocument,
  methodChanges,
  type Rules,
  type SchemeProps,
  schemeChange,
} from '../openapi/openapi-security.ts';
import { intrinsicIn, isNode, type Node, renderedProperties } from '../template/rendered.ts';
import type { CoverageReport } from './coverage-report.ts';

/** Properties by which an API has methods that no synthesis can see. */
const OPAQUE_PROPERTIES: Readonly<Record<string, string>> = {
  BodyS3Location: 'a body in S3',
  CloneFrom: 'methods copied from another API',
};

/** Whether the API has a body, as a property or by an override. */
export const hasBody = (api: CfnRestApi): boolean => bodyOf(renderedProperties(api)) !== undefined;

const bodyOf = (rendered: Node): unknown => rendered['Body'];

export class BodyCoverage {
  readonly #report: CoverageReport;
  readonly #scheme: SchemeProps;
  readonly #rules: Rules;

  constructor(report: CoverageReport, scheme: SchemeProps) {
    this.#report = report;
    this.#scheme = scheme;
    this.#rules = { scheme: scheme.name, mapped: (key) => report.routes.entry(key) };
  }

  /**
   * Every method without authorizer gets ours. By overrides, which come after all else in the
   * template: the body keeps its tokens, by which stacks know what they need of each other,
   * wherever they stand in it.
   */
  cover(api: CfnRestApi): void {
    const body = bodyOf(renderedProperties(api));
    const { methods, hidden } = judgeDocument(body, this.#rules);
    // Nothing is put beside a function of CloudFormation; the report stops the synthesis.
    if (hidden.length > 0) return;
    const unprotected = methods.filter(({ outcome }) => outcome === 'unprotected');
    const changes = [
      schemeChange(body, this.#scheme),
      ...unprotected.flatMap((method) => methodChanges(method, this.#scheme.name)),
    ];
    for (const change of changes) override(api, change);
  }

  inspect(api: CfnRestApi): void {
    const { methods, hidden } = judgeDocument(bodyOf(renderedProperties(api)), this.#rules);
    for (const reason of hidden) this.#report.refuse(api, reason);
    for (const { key, outcome } of methods) {
      // Where part of the body is hidden, nothing was covered, and only the reason is reported.
      if (outcome === 'unprotected' && hidden.length > 0) continue;
      this.#report.report(api, { key, outcome, authorizer: '`security` in the body' });
    }
  }

  /** Route keys of all methods of the body. */
  keys(api: CfnRestApi): readonly string[] {
    return judgeDocument(bodyOf(renderedProperties(api)), this.#rules).methods.map(
      ({ key }) => key,
    );
  }
}

/** Says why methods of the API cannot be seen, whatever covers the others. */
export function refuseOpaque(api: CfnRestApi, report: CoverageReport): void {
  const rendered = renderedProperties(api);
  for (const [property, what] of Object.entries(OPAQUE_PROPERTIES)) {
    if (rendered[property] === undefined) continue;
    report.refuse(
      api,
      `the API has ${what} (\`${property}\`), which cannot be seen: expected methods as resources or in an inline body`,
    );
  }
  const key = intrinsicIn(rendered);
  if (key !== undefined)
    report.refuse(
      api,
      `the properties of the API are known at deploy time only (\`${key}\`), so that its methods cannot be seen`,
    );
}

/** A dot would end a name. */
const escaped = (name: string): string => name.replaceAll(/[\\.]/g, '\\$&');

function override(api: CfnRestApi, { path, value }: Change): void {
  copyOverrides(api, ['Properties', 'Body', ...path]);
  api.addPropertyOverride(['Body', ...path.map(escaped)].join('.'), value);
}

/**
 * An override keeps the very object that the app gave, which may be part of other overrides too:
 * what is written into is a copy.
 */
function copyOverrides(api: CfnRestApi, path: readonly string[]): void {
  let above = Reflect.get(api, 'rawOverrides') as Record<string, unknown>;
  for (const key of path) {
    const value = above[key];
    if (!isNode(value) || Tokenization.isResolvable(value)) return;
    const copy = { ...value };
    above[key] = copy;
    above = copy;
  }
}
