/** Tags of OpenAPI documents: `!!binary` and the like change what a text says. */
import { type Document, isAlias, visit } from 'yaml';
import { OpenapiError } from './openapi-error.ts';

/**
 * CloudFormation's short forms of intrinsic functions.
 * Source: AWS CloudFormation User Guide, "Intrinsic function reference".
 */
const SHORT_FORM =
  /^!(?:And|Base64|Cidr|Condition|Equals|FindInMap|GetAtt|GetAZs|If|ImportValue|Join|Not|Or|Ref|Select|Split|Sub|Transform)$/;

/** @throws OpenapiError for a tag that is not one of CloudFormation's short forms. */
export function requireNoTags(document: Document): void {
  visit(document, {
    Node(_, node) {
      if (isAlias(node) || node.tag === undefined || SHORT_FORM.test(node.tag)) return;
      throw new OpenapiError(
        'expected no tags but the short forms of CloudFormation, found another: remove the `!`',
      );
    },
  });
}
