import type { CfnAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpCoverage } from '../protect/http-coverage.ts';
import { reportOptedOut } from '../protect/opted-out.ts';
import { type ProtectOptions, wrongReplace } from '../protect/replacing.ts';
import { type AnyHttpApi, apiResource } from '../resources/api-identity.ts';
import { assertApi } from './assert-api.ts';
import {
  type AuthorizerContext,
  assertKind,
  authorizerName,
  contextError,
  suffixOf,
} from './authorizer-context.ts';
import { flushOnNewMap } from './cache-flush.ts';
import { httpAuthorizer } from './http-authorizer.ts';

interface Covered {
  readonly authorizer: CfnAuthorizer;
  readonly coverage: HttpCoverage;
}

/** The HTTP APIs that carry one authorizer. */
export class HttpApis {
  readonly #context: AuthorizerContext;
  readonly #covered = new Map<AnyHttpApi, Covered>();

  constructor(context: AuthorizerContext) {
    this.#context = context;
    reportOptedOut({
      authorizer: context.construct,
      map: context.map,
      isCovered: (api) => this.#covered.has(api as AnyHttpApi),
    });
  }

  /**
   * Covers all routes of `httpApi`.
   * @throws Error for an API of another kind than the map's, and for one whose routes cannot be
   * seen.
   */
  protect(httpApi: AnyHttpApi, options: ProtectOptions): void {
    const wrong = wrongReplace(options);
    if (wrong !== undefined) throw contextError(this.#context, wrong);
    const { coverage } = this.#coveredApi(httpApi);
    const api = apiResource(httpApi);
    if (api !== undefined && (api.body ?? api.bodyS3Location ?? api.target) !== undefined) {
      throw contextError(
        this.#context,
        `API \`${httpApi.node.path}\`: expected routes as resources of the app, found \`body\` or \`target\`, whose routes cannot be seen; add them as routes`,
      );
    }
    coverage.protectAll(options.replace ?? []);
  }

  /**
   * The authorizer on `httpApi`, made at its first use there.
   * @throws Error for an API of another kind than the map's.
   */
  authorizerOf(httpApi: AnyHttpApi): CfnAuthorizer {
    return this.#coveredApi(httpApi).authorizer;
  }

  #coveredApi(httpApi: AnyHttpApi): Covered {
    const known = this.#covered.get(httpApi);
    if (known !== undefined) return known;
    const context = this.#context;
    assertApi(context, httpApi);
    assertKind(context, 'http');
    const { map, construct } = context;
    const { authorizer, permission } = httpAuthorizer(httpApi, {
      id: `OktaGroupAuthorizer${suffixOf(context)}`,
      name: authorizerName(context),
      map,
      functionArn: context.authorizer.invokedArn,
    });
    const coverage = new HttpCoverage({
      httpApi,
      authorizer,
      permission,
      map,
      close: (keys) => context.authorizer.closeUnmapped(keys),
      reporter: construct,
    });
    this.#covered.set(httpApi, { authorizer, coverage });
    flushOnNewMap(context, httpApi, { kind: 'http', id: httpApi.apiId });
    return { authorizer, coverage };
  }
}
