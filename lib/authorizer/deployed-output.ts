import { CfnOutput, Lazy, Stack } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import {
  DEPLOYED_OUTPUT,
  type DeployedAuthorizer,
} from '../../lambda/core/contract/stack-outputs.ts';

/** The output by which `coverage` finds what a map has deployed, in whatever stack. */
export class DeployedOutput {
  readonly #records: { readonly api: string; readonly table: string }[] = [];

  constructor(scope: Construct, deployed: Pick<DeployedAuthorizer, 'map' | 'authorizer'>) {
    const value = Lazy.string({
      produce: () => Stack.of(scope).toJsonString({ ...deployed, records: this.#records }),
    });
    const description = 'Access map, its authorizer and the records of its attachments';
    new CfnOutput(scope, DEPLOYED_OUTPUT, { value, description });
  }

  addRecords(api: string, { tableName }: Table): void {
    this.#records.push({ api, table: tableName });
  }
}
