import { Annotations, AspectPriority, Aspects, type CfnResource, Stack, Stage } from 'aws-cdk-lib';
import { CfnAuthorizer, Deployment, RestApiBase } from 'aws-cdk-lib/aws-apigateway';
import type { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { Construct, type IConstruct } from 'constructs';
import type { AccessMap } from '../access-map/index.ts';
import { type AnyRestApi, matchApi, restApiResource } from '../template/api-identity.ts';
import { restCaching } from '../template/identity-sources.ts';
import { allowInvocation, invocationUri } from '../template/invoke-permission.ts';
import { hasNoAuthorizer, hasOurAuthorizer, setAuthorizer } from './authorization.ts';
import { BodyCoverage, hasBody, refuseOpaque } from './body-coverage.ts';
import { CoverageReport, describe, warnOfUnknownApi } from './coverage-report.ts';
import { type MethodResource, methodResource, templateOf } from './method-resource.ts';

export interface RestCoverageProps {
  readonly restApi: AnyRestApi;
  readonly functionArn: string;
  readonly map: AccessMap;
  /** Where warnings about the API as a whole are shown. */
  readonly reporter: IConstruct;
}

/**
 * How an API's methods are covered: as resources, or in the body that an import makes them from.
 */
type Covering =
  | { readonly by: 'resources'; readonly authorizer: CfnAuthorizer }
  | { readonly by: 'body'; readonly body: BodyCoverage };

/**
 * Keeps watch over one REST API's methods, wherever in the app they are made and whenever: one
 * aspect covers them after all code has run, another looks at what the template will have after all
 * other aspects. It only ever adds our authorizer to a method that has none; a method with another
 * one is reported and left as it is.
 */
export class RestCoverage {
  readonly #props: RestCoverageProps;
  readonly #report: CoverageReport;
  readonly #deployments = new WeakSet<Deployment>();
  readonly #scope: Construct;
  readonly #covering: Covering;
  readonly #permission: CfnPermission;

  constructor(props: RestCoverageProps) {
    this.#props = props;
    this.#report = new CoverageReport(props.map);
    const { restApi, reporter } = props;
    // Below the API, so that its stack needs ours and never the other way: else an authorizer in a
    // stack of its own would be a cycle.
    this.#scope = new Construct(restApi, `OktaGroupAuthorizer${reporter.node.addr.slice(-8)}`);
    this.#covering = this.#chooseCovering();
    // An imported document names its authorizers, and their ids are known to API Gateway alone.
    const source = `authorizers/${this.#covering.by === 'resources' ? this.#covering.authorizer.ref : '*'}`;
    this.#permission = allowInvocation(this.#scope, {
      functionArn: props.functionArn,
      apiId: restApi.restApiId,
      source,
    });
    // Aspects do not cross a stage's boundary, and neither do references to the API.
    const root = Stage.of(restApi) ?? restApi.node.root;
    const aspects = Aspects.of(root);
    aspects.add({ visit: (node) => this.#cover(node) }, { priority: AspectPriority.MUTATING });
    aspects.add(
      { visit: (node) => this.#inspect(node, root) },
      { priority: AspectPriority.READONLY },
    );
  }

  /**
   * The authorizer of an API with a body stands there, since an import replaces what stands beside
   * it.
   */
  #chooseCovering(): Covering {
    const name = `okta-groups-${this.#props.reporter.node.addr.slice(-8)}`;
    const authorizerUri = invocationUri(this.#scope, this.#props.functionArn);
    const caching = restCaching(this.#props.map.cache);
    const api = restApiResource(this.#props.restApi);
    if (api !== undefined && hasBody(api))
      return { by: 'body', body: new BodyCoverage(this.#report, { name, authorizerUri, caching }) };
    const { restApiId } = this.#props.restApi;
    const authorizer = new CfnAuthorizer(this.#scope, 'Authorizer', {
      restApiId,
      name,
      type: 'REQUEST',
      ...caching,
      authorizerUri,
    });
    return { by: 'resources', authorizer };
  }

  #cover(node: IConstruct): void {
    const api = restApiResource(this.#props.restApi);
    if (node === api && this.#covering.by === 'body') this.#covering.body.cover(api);
    if (
      node instanceof Deployment &&
      node.api === this.#props.restApi &&
      !this.#deployments.has(node)
    )
      this.#renew(node);
    const method = this.#methodIn(node);
    if (method === undefined || this.#covering.by === 'body' || !this.#needsOurs(method)) return;
    setAuthorizer(method, this.#covering.authorizer.ref);
    this.#redeployAfter(method.resource);
  }

  /**
   * A deployment is a snapshot: without a new one nothing of what changes here, or of what is
   * invoked, would ever be live.
   */
  #renew(deployment: Deployment): void {
    const { map, functionArn } = this.#props;
    this.#deployments.add(deployment);
    const invoked: unknown = Stack.of(deployment).resolve(functionArn);
    deployment.addToLogicalId({
      oktaGroupAuthorizer: [map.version, 'request', restCaching(map.cache), invoked],
    });
    // What the old one invokes may be called until the new one is there, and the new one is not
    // there before it may call.
    deployment.node.addDependency(this.#permission);
  }

  /**
   * A method that was written by hand is in the API's own deployment only if that is made anew,
   * after it.
   */
  #redeployAfter(method: CfnResource): void {
    const { restApi } = this.#props;
    const deployment = restApi instanceof RestApiBase ? restApi.latestDeployment : undefined;
    deployment?.addToLogicalId({ covered: method.logicalId });
    deployment?.node.addDependency(method);
  }

  #methodIn(node: IConstruct): MethodResource | undefined {
    const method = methodResource(node);
    return method !== undefined && matchApi(this.#props.restApi, method.apiId, node) === 'this'
      ? method
      : undefined;
  }

  #needsOurs(method: MethodResource): boolean {
    const mapped = this.#report.mapped(keyOf(this.#props.restApi, method));
    const isPreflight =
      method.httpMethod === 'OPTIONS' && method.integrationType === 'MOCK' && mapped === undefined;
    return hasNoAuthorizer(method) && !isPreflight && mapped?.public !== true;
  }

  #inspect(node: IConstruct, root: IConstruct): void {
    const { restApi } = this.#props;
    const api = restApiResource(restApi);
    if (node === root) this.#warnOfMissing(root);
    if (api !== undefined && node === api) {
      refuseOpaque(api, this.#report);
      if (this.#covering.by === 'body') this.#covering.body.inspect(api);
      else if (hasBody(api))
        this.#report.refuse(
          api,
          'the API got a body after `protect`: expected it before, so that its methods are covered',
        );
    }
    const method = methodResource(node);
    if (method === undefined) return;
    const match = matchApi(restApi, method.apiId, node);
    if (match === 'this') this.#inspectMethod(method);
    if (match === 'unknown') warnOfUnknownApi(node, describe(method.httpMethod), restApi.node.path);
  }

  #inspectMethod(method: MethodResource): void {
    const { resource } = method;
    const key = keyOf(this.#props.restApi, method);
    if (this.#covering.by === 'body') {
      this.#report.refuse(
        resource,
        `${describe(key)} is a resource beside the API's body: an import of the body removes it; write it into the body`,
      );
    } else if (hasOurAuthorizer(method, this.#covering.authorizer.ref))
      this.#report.warnIfUnmapped(resource, key);
    else if (!hasNoAuthorizer(method))
      this.#report.refuseForeign(resource, key, String(method.authorizationType));
    else if (this.#needsOurs(method)) this.#report.refuseUnprotected(resource, key);
  }

  #warnOfMissing(root: IConstruct): void {
    const { restApi, reporter } = this.#props;
    const api = restApiResource(restApi);
    if (api === undefined) {
      Annotations.of(reporter).addWarningV2(
        `okta-group-authorizer:notDeployed:${restApi.node.path}`,
        `API \`${restApi.node.path}\` is imported: its methods of this app, and the authorizer on them, are live after the API's next deployment only`,
      );
      return;
    }
    // Looked up anew, since the root is visited before what is below it.
    const methods = root.node.findAll().flatMap((node) => this.#methodIn(node) ?? []);
    const inBody = this.#covering.by === 'body' ? this.#covering.body.keys(api) : [];
    this.#report.warnOfMissing(
      reporter,
      restApi.node.path,
      new Set([...methods.map((method) => keyOf(restApi, method)), ...inBody]),
    );
  }
}

function keyOf(restApi: AnyRestApi, method: MethodResource): string | undefined {
  const template = templateOf(restApi, method);
  return template === undefined || method.httpMethod === undefined
    ? undefined
    : `${method.httpMethod} ${template}`;
}
