import { Annotations, AspectPriority, Aspects } from 'aws-cdk-lib';
import type { AuthorizerContext } from './authorizer-context.ts';

/** Whether anything in the app connects an authorizer to an API. */
export interface Use {
  isUsed: boolean;
}

/** Warns, once all code of the app has run, of an authorizer that nothing connects to an API. */
export function noteUse({ construct, map }: AuthorizerContext): Use {
  const use: Use = { isUsed: false };
  const visit = (node: unknown): void => {
    if (node !== construct || use.isUsed) return;
    Annotations.of(construct).addWarningV2(
      'okta-group-authorizer:unused',
      `the authorizer of ${map.source} is on no API, so that it protects nothing: expected \`protect\`, \`attach\` or \`authorizer:\` of a route; ` +
        'acknowledge this where its function is connected elsewhere',
    );
  };
  Aspects.of(construct).add({ visit }, { priority: AspectPriority.READONLY });
  return use;
}
