/** The template's DynamoDB tables: as much of them as a local table has. */

import { TemplateError } from './intrinsics.ts';
import type { Scope } from './scope.ts';

export interface TableView {
  readonly name: string;
  readonly keySchema: readonly {
    readonly AttributeName: string;
    readonly KeyType: 'HASH' | 'RANGE';
  }[];
  readonly attributes: readonly {
    readonly AttributeName: string;
    readonly AttributeType: 'S' | 'N' | 'B';
  }[];
}

export function readTables(scope: Scope): readonly TableView[] {
  return Object.entries(scope.template.Resources ?? {})
    .filter(
      ([, resource]) =>
        resource.Type === 'AWS::DynamoDB::Table' || resource.Type === 'AWS::DynamoDB::GlobalTable',
    )
    .map(([id, resource]) => {
      const properties = scope.resolve(resource.Properties ?? {}) as Readonly<
        Record<string, unknown>
      >;
      for (const index of ['GlobalSecondaryIndexes', 'LocalSecondaryIndexes']) {
        if (properties[index] !== undefined)
          throw new TemplateError(`${resource.Type} \`${id}\`: ${index} are not served locally`);
      }
      return {
        name: String(scope.resolve({ Ref: id })),
        keySchema: properties['KeySchema'] as TableView['keySchema'],
        attributes: properties['AttributeDefinitions'] as TableView['attributes'],
      };
    });
}
