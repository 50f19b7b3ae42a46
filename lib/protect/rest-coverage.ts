import { Stack } from 'aws-cdk-lib';
import { type CfnRestApi, RestApiBase } from 'aws-cdk-lib/aws-apigateway';
import { Construct, type IConstruct } from 'constructs';
import type { RouteProtection } from '../../lambda/gateway/route-protection.ts';
import { besideBody, opaqueProblems } from '../openapi/resource-facts.ts';
import { matchApi, restApiResource } from '../resources/api-identity.ts';
import { hasBody, renderedProperties } from '../resources/rendered.ts';
import { restCaching } from '../template-parts/identity-sources.ts';
import { allowInvocation } from '../template-parts/invoke-permission.ts';
import { apiFacts, authorizersOf } from './api-facts.ts';
import { authorizerName, classify, isIam, setAuthorizer } from './authorization.ts';
import { coverByAspects } from './cover-aspects.ts';
import { CoverageReport, type ListedMethod } from './coverage-report.ts';
import { Deployments } from './deployments.ts';
import { isMock, keyOf, type MethodResource, methodResource } from './method-resource.ts';
import { noteUnthrottled } from './note-unthrottled.ts';
import { reportPublicConfusable } from './public-confusable.ts';
import { Replacing } from './replacing.ts';
import { type Covering, type CoveringProps, chooseCovering } from './rest-covering.ts';
import { assertNoCycle } from './stack-cycle.ts';
import { whyNotServed } from './stages.ts';
import { type DenyUnmapped, denyUnmappedConfusable } from './unmapped-confusable.ts';

export interface RestCoverageProps extends CoveringProps {
  readonly close: DenyUnmapped;
}

/**
 * Covers all methods of one REST API, wherever and whenever the app creates them: one aspect adds
 * the authorizer after all code has run, another evaluates what the template will have after all
 * other aspects. It adds our authorizer to a method that has none, or whose other one it replaces
 * by `replace`. It reports any further method with another one, and leaves it unchanged.
 */
export class RestCoverage {
  readonly #props: RestCoverageProps;
  readonly #report: CoverageReport;
  readonly #replacing = new Replacing();
  readonly #deployments: Deployments;
  readonly #covering: Covering;

  constructor(props: RestCoverageProps) {
    this.#props = props;
    this.#report = new CoverageReport(props.map, 'method');
    const { restApi, reporter } = props;
    // Below the API, so that its stack depends on ours and never the other way: an authorizer in a
    // stack of its own would be a cycle.
    const scope = new Construct(restApi, `OktaGroupAuthorizer${reporter.node.addr.slice(-8)}`);
    this.#covering = chooseCovering(scope, props, this.#report);
    const authorizer = this.#covering.by === 'resources' ? this.#covering.authorizer : undefined;
    const permission = allowInvocation(scope, {
      functionArn: props.functionArn,
      apiId: restApi.restApiId,
      // API Gateway assigns the ids of the authorizers that an imported document names.
      source: `authorizers/${authorizer?.ref ?? '*'}`,
    });
    this.#deployments = new Deployments({
      api: restApi,
      follows: [permission, ...(authorizer ? [authorizer] : [])],
      settings: () => this.#settings(),
      refuse: (at, message) => this.#report.refuse(at, message),
    });
    const deployment = restApi instanceof RestApiBase ? restApi.latestDeployment : undefined;
    if (deployment !== undefined) this.#deployments.know(deployment);
    coverByAspects(restApi, {
      cover: (node) => this.#cover(node),
      inspect: (node, root) => this.#inspect(node, root),
    });
  }

  /** Routes, or patterns of them, whose other authorizer ours replaces. */
  replace(entries: readonly string[]): void {
    this.#replacing.add(entries);
  }

  #cover(node: IConstruct): void {
    const api = restApiResource(this.#props.restApi);
    if (node === api && this.#covering.by === 'body')
      this.#covering.body.cover(api, this.#replacing);
    this.#deployments.visit(node);
    const method = this.#methodIn(node);
    if (method === undefined || this.#covering.by === 'body') return;
    const { ref } = this.#covering.authorizer;
    if (this.#protectionOf(method, ref, this.#replacing) !== 'unprotected') return;
    assertNoCycle({ api: this.#props.restApi, reporter: this.#props.reporter }, method.resource);
    setAuthorizer(method, ref);
    this.#deployments.cover(method.resource);
  }

  /** Without a new deployment, no change of the authorizer or of the function would be live. */
  #settings(): unknown {
    const { map, functionArn, reporter } = this.#props;
    const invoked: unknown = Stack.of(reporter).resolve(functionArn);
    return [map.version, 'request', restCaching(map.cache), invoked];
  }

  #methodIn(node: IConstruct): MethodResource | undefined {
    const method = methodResource(node);
    return method !== undefined && matchApi(this.#props.restApi, method.apiId, node) === 'this'
      ? method
      : undefined;
  }

  /** @param replacing before the authorizer is added: others that ours replaces do not count */
  #protectionOf(method: MethodResource, ourId: string, replacing?: Replacing): RouteProtection {
    const key = keyOf(this.#props.restApi, method);
    return classify(method, {
      ourId,
      isPreflight: isMock(method),
      mapped: this.#report.routes.entry(key),
      isReplaced: replacing?.replaces(key, isIam(method)) === true,
    });
  }

  #inspect(node: IConstruct, root: IConstruct): void {
    const { restApi } = this.#props;
    if (node === root) this.#inspectAll(root);
    this.#report.reportStage(node, whyNotServed(restApi, node, this.#deployments));
    const api = restApiResource(restApi);
    if (api !== undefined && node === api) this.#inspectApi(api, root);
    const method = methodResource(node);
    if (method === undefined) return;
    const match = matchApi(restApi, method.apiId, node);
    if (match === 'this') this.#inspectMethod(method);
    if (match === 'unknown')
      this.#report.warnOfUnknownApi(node, method.httpMethod, restApi.node.path);
  }

  #inspectApi(api: CfnRestApi, root: IConstruct): void {
    const { restApi, map } = this.#props;
    const nodes = root.node.findAll();
    const scheme = this.#covering.by === 'body' ? this.#covering.body.schemeName : undefined;
    const authorizers = authorizersOf(restApi, nodes) - (scheme === undefined ? 1 : 0);
    const rendered = renderedProperties(api);
    const facts = apiFacts({ api: restApi, rendered, map, authorizers, scheme });
    this.#report.reportApi(api, facts, this.#listed(api, nodes));
    for (const reason of opaqueProblems(rendered)) this.#report.refuse(api, reason);
    if (this.#covering.by === 'body') this.#covering.body.inspect(api);
    else if (hasBody(api))
      this.#report.refuse(
        api,
        'the API got a body after `protect`: expected it before, so that its methods are covered',
      );
  }

  #inspectMethod(method: MethodResource): void {
    const { resource } = method;
    const key = keyOf(this.#props.restApi, method);
    if (this.#covering.by === 'body')
      this.#report.refuse(resource, besideBody(this.#report.describe(key)));
    else
      this.#report.report(resource, {
        key,
        outcome: this.#protectionOf(method, this.#covering.authorizer.ref),
        authorizer: authorizerName(method),
      });
  }

  #inspectAll(root: IConstruct): void {
    const { restApi, reporter } = this.#props;
    const api = restApiResource(restApi);
    // Searched here, since the aspect visits the root before the nodes below it.
    const nodes = root.node.findAll();
    const methods = nodes.flatMap((node) => this.#methodIn(node) ?? []);
    const present =
      api === undefined
        ? methods.map((one) => keyOf(restApi, one))
        : this.#listed(api, nodes).map(({ key }) => key);
    this.#replacing.reportRedundant(
      this.#report,
      reporter,
      present.flatMap((key) => key ?? []),
    );
    noteUnthrottled(reporter, restApi, nodes);
    if (api === undefined && methods.length === 0) {
      this.#report.refuseNothing(reporter, restApi.node.path);
      return;
    }
    const deployed = nodes.filter((node) => this.#deployments.isRenewed(node));
    if (deployed.length === 0) this.#report.warnOfNoDeployment(reporter, restApi, api);
    if (api === undefined) return;
    const listed = this.#listed(api, nodes);
    const { map, close } = this.#props;
    this.#report.reportMissing(reporter, restApi.node.path, listed);
    reportPublicConfusable(reporter, listed, { map, report: this.#report });
    denyUnmappedConfusable(reporter, listed, { map, close, report: this.#report });
    const keys = listed.flatMap(({ key }) => key ?? []);
    this.#report.warnOfQuota(reporter, restApi.node.path, keys);
  }

  /** All methods of the API that the app has now. */
  #listed(api: CfnRestApi, nodes: readonly IConstruct[]): readonly ListedMethod[] {
    const covering = this.#covering;
    if (covering.by === 'body')
      return covering.body
        .methods(api, this.#replacing)
        .map(({ apiKeys, ...method }) => ({ ...method, takesKey: apiKeys.length > 0 }));
    const methods = nodes.flatMap((node) => this.#methodIn(node) ?? []);
    return methods.map((method) => ({
      key: keyOf(this.#props.restApi, method),
      outcome: this.#protectionOf(method, covering.authorizer.ref, this.#replacing),
      authorizer: authorizerName(method),
      takesKey: method.takesKey,
      isMock: isMock(method),
    }));
  }
}
