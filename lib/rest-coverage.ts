import { Annotations, AspectPriority, Aspects, type CfnResource, Stage, Token } from 'aws-cdk-lib';
import { CfnAuthorizer, Deployment, RestApiBase } from 'aws-cdk-lib/aws-apigateway';
import { Construct, type IConstruct } from 'constructs';
import type { AccessMap } from './access-map/index.ts';
import { type AnyRestApi, isIdOf, restApiResource } from './api-identity.ts';
import { restCaching } from './identity-sources.ts';
import { allowInvocation, invocationUri } from './invoke-permission.ts';
import { hasNoAuthorizer, type MethodResource, methodResource, setAuthorizer, templateOf } from './method-resource.ts';
import { methodKeys, type SecuredMethod, secureDocument } from './openapi-security.ts';
import { routeCells } from './route-cells.ts';

export interface RestCoverageProps {
  readonly restApi: AnyRestApi;
  readonly functionArn: string;
  readonly map: AccessMap;
  /** Where warnings about the API as a whole are shown. */
  readonly reporter: IConstruct;
}

/**
 * Keeps watch over one REST API's methods, wherever in the app they are made and whenever: an aspect sees them after all code has run.
 * It only ever adds our authorizer to a method that has none; a method with another one is reported and left as it is.
 */
export class RestCoverage {
  readonly #props: RestCoverageProps;
  readonly #inventory: ReadonlyMap<string, { readonly public: boolean }>;
  /** Method and template of everything that the map decides. */
  readonly #cells: ReadonlySet<string>;
  readonly #deployments = new WeakSet<Deployment>();
  readonly #scope: Construct;
  /** The authorizer of an API whose methods are resources; one with a body has it there, since an import replaces what stands beside it. */
  readonly #authorizer: CfnAuthorizer | undefined;

  constructor(props: RestCoverageProps) {
    this.#props = props;
    const { restApi, map, reporter } = props;
    this.#inventory = new Map(map.gatewayRoutes.map((route) => [route.key, route]));
    this.#cells = new Set(map.model.routes.map(({ key }) => key));
    // Below the API, so that its stack needs ours and never the other way: else an authorizer in a stack of its own would be a cycle.
    this.#scope = new Construct(restApi, `OktaGroupAuthorizer${reporter.node.addr.slice(-8)}`);
    this.#authorizer = this.#hasBody() ? undefined : this.#makeAuthorizer();
    // An imported document names its authorizers, and their ids are known to API Gateway alone.
    const source = `authorizers/${this.#authorizer?.ref ?? '*'}`;
    allowInvocation(this.#scope, { functionArn: props.functionArn, apiId: restApi.restApiId, source });
    // Aspects do not cross a stage's boundary, and neither do references to the API.
    const root = Stage.of(restApi) ?? restApi.node.root;
    const aspects = Aspects.of(root);
    aspects.add({ visit: (node) => this.#cover(node) }, { priority: AspectPriority.MUTATING });
    aspects.add({ visit: (node) => void (node === root && this.#warnOfMissing(root)) }, { priority: AspectPriority.READONLY });
  }

  #hasBody(): boolean {
    return restApiResource(this.#props.restApi)?.body !== undefined;
  }

  get #name(): string {
    return `okta-groups-${this.#props.reporter.node.addr.slice(-8)}`;
  }

  #makeAuthorizer(): CfnAuthorizer {
    return new CfnAuthorizer(this.#scope, 'Authorizer', {
      restApiId: this.#props.restApi.restApiId,
      name: this.#name,
      type: 'REQUEST',
      ...restCaching(this.#props.map.cache),
      authorizerUri: invocationUri(this.#scope, this.#props.functionArn),
    });
  }

  /** A method that was written by hand is in the API's own deployment only if that is made anew, after it. */
  #redeployAfter(method: CfnResource): void {
    const { restApi } = this.#props;
    const deployment = restApi instanceof RestApiBase ? restApi.latestDeployment : undefined;
    deployment?.addToLogicalId({ covered: method.logicalId });
    deployment?.node.addDependency(method);
  }

  #cover(node: IConstruct): void {
    if (node === restApiResource(this.#props.restApi)) this.#coverBody();
    if (node instanceof Deployment && node.api === this.#props.restApi && !this.#deployments.has(node)) {
      this.#deployments.add(node);
      // A deployment is a snapshot: without a new one nothing of what changes here would ever be live.
      node.addToLogicalId({ oktaGroupAuthorizer: [this.#props.map.version, 'request', restCaching(this.#props.map.cache)] });
    }
    const method = methodResource(node);
    if (method !== undefined && isIdOf(this.#props.restApi, method.apiId, node)) this.#coverMethod(method);
  }

  #coverMethod(method: MethodResource): void {
    const { restApi } = this.#props;
    const key = keyOf(restApi, method);
    const ours = this.#authorizer;
    if (ours === undefined) {
      this.#refuse(
        method.resource,
        `${describe(key)} is a resource beside the API's body: an import of the body removes it; write it into the body`,
      );
      return;
    }
    if (method.authorizationType === 'CUSTOM' && method.authorizerId === ours.ref) return;
    const isPreflight = method.httpMethod === 'OPTIONS' && method.integrationType === 'MOCK' && !this.#inventory.has(key ?? '');
    if (!hasNoAuthorizer(method)) {
      this.#refuseForeign(method.resource, key, String(method.authorizationType));
      return;
    }
    if (isPreflight || this.#isPublic(key)) return;
    setAuthorizer(method, ours.ref);
    this.#redeployAfter(method.resource);
    this.#warnIfUnmapped(method.resource, key);
  }

  #coverBody(): void {
    const api = restApiResource(this.#props.restApi);
    if (api?.body === undefined) return;
    if (Token.isUnresolved(api.body)) {
      this.#refuse(api, 'the API has a body that is known at deploy time only, so that its methods cannot be seen; write it as an object');
      return;
    }
    const scheme = {
      name: this.#name,
      authorizerUri: invocationUri(this.#scope, this.#props.functionArn),
      caching: restCaching(this.#props.map.cache),
    };
    const { document, methods } = secureDocument(api.body as Readonly<Record<string, unknown>>, scheme, (key) => this.#isPublic(key));
    api.body = document;
    for (const { key, outcome } of methods) this.#report(api, key, outcome);
  }

  #report(api: IConstruct, key: string, outcome: SecuredMethod['outcome']): void {
    if (outcome === 'foreign') this.#refuseForeign(api, key, '`security` in the body');
    if (outcome === 'secured') this.#warnIfUnmapped(api, key);
  }

  #isPublic(key: string | undefined): boolean {
    return key !== undefined && this.#inventory.get(key)?.public === true;
  }

  #refuse(at: IConstruct, message: string): void {
    Annotations.of(at).addError(message);
  }

  #refuseForeign(at: IConstruct, key: string | undefined, authorizer: string): void {
    this.#refuse(
      at,
      `${describe(key)} has an authorizer of its own (${authorizer}): expected none, so that the access map decides; ` +
        'it is left as it is; remove that authorizer, or do not protect this API as a whole',
    );
  }

  #warnIfUnmapped(at: IConstruct, key: string | undefined): void {
    if (this.#refuseUnproven(at, key) || key === undefined || this.#inventory.has(key)) return;
    if (key === this.#props.map.permissionsEndpoint?.route) return;
    Annotations.of(at).addWarningV2(
      `okta-group-authorizer:routeUnmapped:${key}`,
      `${describe(key)} is not in the routes of ${this.#props.map.source}: every call of it will be refused (403 ROUTE_UNMAPPED); add it to \`routes\``,
    );
  }

  /** One policy for all routes of a token is proven over the cells of the map: a string of another could be let in by it. */
  #refuseUnproven(at: IConstruct, key: string | undefined): boolean {
    const { map } = this.#props;
    if (map.cache.mode !== 'token' || (key !== undefined && routeCells(key).every((cell) => this.#cells.has(cell)))) return false;
    this.#refuse(
      at,
      `${describe(key)} is not in the routes of ${map.source}, or not with all its methods: expected every method with the authorizer there ` +
        'while answers are cached per token; add it to `routes`, or set `api.cache` to `off`',
    );
    return true;
  }

  #warnOfMissing(root: IConstruct): void {
    const { restApi, map, reporter } = this.#props;
    if (restApiResource(restApi) === undefined) {
      Annotations.of(reporter).addWarningV2(
        `okta-group-authorizer:notDeployed:${restApi.node.path}`,
        `API \`${restApi.node.path}\` is imported: its methods of this app, and the authorizer on them, are live after the API's next deployment only`,
      );
      return;
    }
    const present = this.#presentKeys(root);
    for (const key of this.#inventory.keys()) {
      if (present.has(key)) continue;
      Annotations.of(reporter).addWarningV2(
        `okta-group-authorizer:routeMissing:${key}`,
        `route \`${key}\` of ${map.source} is not a method of the API \`${restApi.node.path}\`; add it to the API or remove it from \`routes\``,
      );
    }
  }

  /** Looked up anew, since the root is visited before what is below it. */
  #presentKeys(root: IConstruct): ReadonlySet<string | undefined> {
    const { restApi } = this.#props;
    const methods = root.node.findAll().flatMap((node) => {
      const method = methodResource(node);
      return method !== undefined && isIdOf(restApi, method.apiId, node) ? [keyOf(restApi, method)] : [];
    });
    const body: unknown = restApiResource(restApi)?.body;
    return new Set([...methods, ...(body === undefined || Token.isUnresolved(body) ? [] : methodKeys(body))]);
  }
}

function keyOf(restApi: AnyRestApi, { resourceId, httpMethod }: MethodResource): string | undefined {
  const template = templateOf(restApi, resourceId);
  return template === undefined || httpMethod === undefined ? undefined : `${httpMethod} ${template}`;
}

const describe = (key: string | undefined): string => `method \`${key ?? 'known at deploy time only'}\``;
