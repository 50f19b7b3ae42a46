/** When an API of an app is covered, and when the outcome is evaluated. */
import { AspectPriority, Aspects, Stage } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

export interface Covering {
  /** Adds the authorizer, after all code of the app has run. */
  cover(node: IConstruct): void;
  /** Evaluates what the template will have, after all other aspects. */
  inspect(node: IConstruct, root: IConstruct): void;
}

/** Aspects do not cross a stage's boundary, and neither do references to the API. */
export function coverByAspects(api: IConstruct, { cover, inspect }: Covering): void {
  const root = Stage.of(api) ?? api.node.root;
  const aspects = Aspects.of(root);
  aspects.add({ visit: cover }, { priority: AspectPriority.MUTATING });
  aspects.add({ visit: (node) => inspect(node, root) }, { priority: AspectPriority.READONLY });
}
