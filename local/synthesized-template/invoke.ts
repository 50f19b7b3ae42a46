/** Which function an API invokes, and whether it may. */
import { asFunctionArn, TemplateError } from './intrinsics.ts';
import type { Scope } from './scope.ts';

export function functionOfUri(uri: string, at: string): string {
  const found =
    /^arn:aws:apigateway:[^:]+:lambda:path\/2015-03-31\/functions\/(?<arn>[^/]+)\/invocations$/.exec(
      uri,
    )?.groups?.['arn'];
  if (found === undefined)
    throw new TemplateError(`${at}: expected the invoke URI of a function, found \`${uri}\``);
  return found;
}

/** Without a permission for it the gateway answers 500, which is easily forgotten in a template. */
export function mayInvoke(scope: Scope, functionArn: string, sourceArn: string): boolean {
  return Object.values(scope.template.Resources ?? {})
    .filter(
      ({ Type, Properties }) =>
        Type === 'AWS::Lambda::Permission' &&
        Properties?.['Principal'] === 'apigateway.amazonaws.com',
    )
    .map(
      (resource) => scope.resolve(resource.Properties ?? {}) as Readonly<Record<string, unknown>>,
    )
    .some((permission) => {
      const source = permission['SourceArn'];
      return (
        asFunctionArn(String(permission['FunctionName'])) === asFunctionArn(functionArn) &&
        (source === undefined || coversSource(String(source), sourceArn))
      );
    });
}

function coversSource(pattern: string, sourceArn: string): boolean {
  if (sourceArn.endsWith('/')) return pattern.startsWith(sourceArn);
  const expression = pattern
    .split('*')
    .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${expression.join('.*')}$`).test(sourceArn);
}
