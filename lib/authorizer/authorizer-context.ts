import type { Construct } from 'constructs';
import { authorizerNameOf } from '../../lambda/core/contract/own-names.ts';
import type { AccessMap } from '../access-map/index.ts';
import type { OperationsProps } from '../resources/operations-props.ts';
import type { AuthorizerFunction } from './authorizer-function.ts';
import type { DeployedOutput } from './deployed-output.ts';
import type { QuotaTable } from './quota-table.ts';

/** What the parts of one `OktaGroupAuthorizer` share. */
export interface AuthorizerContext {
  /** The authorizer's own construct: errors and warnings name its path. */
  readonly construct: Construct;
  readonly map: AccessMap;
  readonly operations: OperationsProps;
  readonly authorizer: AuthorizerFunction;
  /** Undefined while the map has no quotas. */
  readonly quotaTable: QuotaTable | undefined;
  readonly output: DeployedOutput;
}

/** Tells the resources of two authorizers apart where they meet: on one API, in one account. */
export const suffixOf = ({ construct }: AuthorizerContext): string => construct.node.addr.slice(-8);

/** Name of the authorizer on every API. */
export const authorizerName = (context: AuthorizerContext): string =>
  authorizerNameOf(suffixOf(context));

export const contextError = ({ construct }: AuthorizerContext, message: string): Error =>
  new Error(`${construct.node.path}: ${message}`);

/** @throws Error for an API of another kind than the map's. */
export function assertKind(context: AuthorizerContext, kind: 'http' | 'rest'): void {
  const { map } = context;
  if (map.kind === kind) return;
  const found = kind === 'http' ? 'an HTTP API' : 'a REST API';
  throw contextError(
    context,
    `expected an API of the map's kind (\`api.kind: ${map.kind}\` in ${map.source}), found ${found}`,
  );
}
