import { RestApiBase } from 'aws-cdk-lib/aws-apigateway';
import { type ProtectOptions, wrongReplace } from '../protect/replacing.ts';
import { RestCoverage } from '../protect/rest-coverage.ts';
import { type AnyRestApi, restApiResource } from '../resources/api-identity.ts';
import { type AuthorizerContext, assertKind, contextError } from './authorizer-context.ts';
import { flushOnNewMap } from './cache-flush.ts';

/** The REST APIs of the app that carry one authorizer. */
export class RestApis {
  readonly #context: AuthorizerContext;
  readonly #covered = new Map<AnyRestApi, RestCoverage>();

  constructor(context: AuthorizerContext) {
    this.#context = context;
  }

  /**
   * Covers all methods of `restApi`.
   * @throws Error for an API of another kind than the map's, and for one whose methods cannot be
   * seen.
   */
  protect(restApi: AnyRestApi, options: ProtectOptions): void {
    const context = this.#context;
    const wrong = wrongReplace(options);
    if (wrong !== undefined) throw contextError(context, wrong);
    this.#coverageOf(restApi).replace(options.replace ?? []);
  }

  #coverageOf(restApi: AnyRestApi): RestCoverage {
    const known = this.#covered.get(restApi);
    if (known !== undefined) return known;
    const context = this.#context;
    assertKind(context, 'rest');
    if (restApiResource(restApi)?.bodyS3Location !== undefined) {
      throw contextError(
        context,
        `API \`${restApi.node.path}\`: expected an inline body, found a body in S3, whose methods cannot be seen; use \`ApiDefinition.fromInline\``,
      );
    }
    const { map, construct, authorizer } = context;
    const functionArn = authorizer.invokedArn;
    const coverage = new RestCoverage({
      restApi,
      functionArn,
      map,
      close: (keys) => authorizer.closeUnmapped(keys),
      reporter: construct,
    });
    this.#covered.set(restApi, coverage);
    // An authorizer is live with the stage's deployment: until then answers are cached as its
    // former state says.
    const stage = restApi instanceof RestApiBase ? restApi.deploymentStage : undefined;
    const api = { kind: 'rest', id: restApi.restApiId } as const;
    flushOnNewMap(context, restApi, api, stage && [stage]);
    return coverage;
  }

  isProtected(restApi: AnyRestApi): boolean {
    return this.#covered.has(restApi);
  }
}
