import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { core, known } from './core';

/**
 * The function that tells its callers what they may do, from the context that the authorizer passes
 * on; `addPermissionsEndpoint` makes it.
 */
export class PermissionsEndpoint extends Construct {
  /** Answers the callers. */
  declare public readonly function: lambda.IFunction;
  /** The gateway's route key: `GET /permissions`. */
  declare public readonly routeKey: string;
  /** `/permissions`. */
  declare public readonly path: string;
  /** Lets this route of the API invoke the function, and nothing else. */
  declare public readonly permission: lambda.CfnPermission;

  private constructor(scope: Construct, id: string) {
    super(scope, id);
  }
}

known(core.PermissionsEndpoint, PermissionsEndpoint);
