/**
 * Deployments of one API that the app makes: snapshots, so that a stage serves the authorizer only
 * from a deployment that follows it.
 */
import { createHash } from 'node:crypto';
import { CfnResource, Lazy, Stack } from 'aws-cdk-lib';
import { Deployment } from 'aws-cdk-lib/aws-apigateway';
import type { IConstruct } from 'constructs';
import {
  type AnyHttpApi,
  type AnyRestApi,
  apiResource,
  isHttpApi,
  matchApi,
  restApiResource,
} from '../resources/api-identity.ts';
import { renderedProperties, writtenProperty } from '../resources/rendered.ts';

const DEPLOYMENTS: ReadonlySet<string> = new Set([
  'AWS::ApiGateway::Deployment',
  'AWS::ApiGatewayV2::Deployment',
]);

export interface DeploymentsProps {
  readonly api: AnyHttpApi | AnyRestApi;
  /** What a deployment has to follow, beside the covered routes: authorizer and permission. */
  readonly follows: readonly CfnResource[];
  /** What makes a new deployment necessary although no route changes. */
  readonly settings: () => unknown;
  /** @param message why a deployment cannot be made right. */
  refuse(at: IConstruct, message: string): void;
}

/** How a deployment of the app is made again. */
interface Renewable {
  readonly resource: CfnResource;
  /** Takes one more thing that the deployment's id depends on; a deployment by hand hashes all. */
  note(data: Readonly<Record<string, unknown>>): void;
}

/**
 * Renews the app's deployments of an API with every change of what protects its routes: the id
 * is a hash of it, and the deployment depends on it.
 */
export class Deployments {
  readonly #props: DeploymentsProps;
  readonly #known = new Map<CfnResource, Renewable>();
  readonly #renewed = new Set<CfnResource>();
  readonly #covered = new Set<CfnResource>();

  constructor(props: DeploymentsProps) {
    this.#props = props;
  }

  /** Whether `node` is a deployment of the API, which then gets a new id. */
  isRenewed(node: IConstruct | undefined): boolean {
    if (node === undefined) return false;
    this.visit(node);
    return CfnResource.isCfnResource(node) && this.#renewed.has(node);
  }

  /** Stages that deployments create or move by name, without a resource of their own. */
  get stageNames(): ReadonlySet<unknown> {
    return new Set([...this.#renewed].flatMap((one) => renderedProperties(one)['StageName'] ?? []));
  }

  /** The API's deployment that is known before the app is visited. */
  know(deployment: Deployment): void {
    const resource = deployment.node.defaultChild as CfnResource;
    this.#known.set(resource, { resource, note: (data) => deployment.addToLogicalId(data) });
  }

  /** Renews `node` if it is a deployment of the API. */
  visit(node: IConstruct): void {
    const resource = this.#deploymentIn(node);
    if (resource === undefined || this.#renewed.has(resource)) return;
    this.#renewed.add(resource);
    const isKnown = this.#known.has(resource);
    const owner = resource.node.scope;
    if (!isKnown && owner instanceof Deployment) this.know(owner);
    const renewable = this.#known.get(resource) ?? this.#byHand(resource);
    this.#known.set(resource, renewable);
    renewable.note({ oktaGroupAuthorizer: this.#props.settings() });
    for (const one of this.#props.follows) resource.node.addDependency(one);
    if (isKnown) return;
    for (const route of this.#covered) this.#follow(renewable, route);
  }

  /** A route got our authorizer, or has it. */
  cover(route: CfnResource): void {
    if (this.#covered.has(route)) return;
    this.#covered.add(route);
    for (const renewable of this.#known.values()) this.#follow(renewable, route);
  }

  #deploymentIn(node: IConstruct): CfnResource | undefined {
    const resource = node instanceof Deployment ? node.node.defaultChild : node;
    if (!CfnResource.isCfnResource(resource) || !DEPLOYMENTS.has(resource.cfnResourceType))
      return undefined;
    return matchApi(this.#props.api, apiIdOf(resource), resource) === 'this' ? resource : undefined;
  }

  /** Renews a deployment that is a plain CloudFormation resource with a fixed id. */
  #byHand(resource: CfnResource): Renewable {
    const stack = Stack.of(resource);
    const id = String(stack.resolve(resource.logicalId));
    const content = (): unknown => [
      this.#props.settings(),
      [...this.#props.follows, ...this.#covered].map(renderedProperties),
    ];
    const produce = (): string => `${id}${hashOf(stack.resolve(content()))}`;
    try {
      resource.overrideLogicalId(Lazy.uncachedString({ produce }));
    } catch {
      this.#props.refuse(
        resource,
        `the id of the deployment \`${resource.node.path}\` is fixed, so that its stages would stay on a deployment without the authorizer: ` +
          'expected one whose id can change; do not export it or lock its logical id',
      );
    }
    return { resource, note: () => undefined };
  }

  #follow({ resource, note }: Renewable, route: CfnResource): void {
    if (this.#wouldBeCircle(resource, route)) {
      this.#props.refuse(
        route,
        `\`${route.node.path}\` is in another stack than the deployment \`${resource.node.path}\`, which has to follow it: ` +
          'expected both in one stack, or a deployment in a stack that depends on both',
      );
      return;
    }
    note({ covered: route.logicalId });
    resource.node.addDependency(route);
  }

  /** The stack of the API cannot depend on one that refers to the API. */
  #wouldBeCircle(deployment: CfnResource, route: CfnResource): boolean {
    const { api } = this.#props;
    const owner = isHttpApi(api) ? apiResource(api) : restApiResource(api);
    return (
      owner !== undefined &&
      outermost(deployment) === outermost(owner) &&
      outermost(deployment) !== outermost(route)
    );
  }
}

/** Id of the API, as a resource below one has it. */
export function apiIdOf(resource: CfnResource): unknown {
  const rendered = renderedProperties(resource);
  const isRest = resource.cfnResourceType.startsWith('AWS::ApiGateway::');
  return writtenProperty(
    resource,
    rendered,
    isRest ? { typed: 'restApiId', name: 'RestApiId' } : { typed: 'apiId', name: 'ApiId' },
  );
}

/** The stack that a resource is deployed with: a nested stack is part of another one. */
export function outermost(node: IConstruct): Stack {
  const stack = Stack.of(node);
  return stack.nestedStackParent === undefined ? stack : outermost(stack.nestedStackParent);
}

const hashOf = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
