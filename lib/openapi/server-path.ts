/** The base path of an OpenAPI document, as API Gateway's import finds it. */
import { isObject, membersIn, type Node } from '../../lambda/core/json/json-object.ts';

export interface DocumentServer {
  /** `https://api.example.com`; undefined where it is not written in the document. */
  readonly origin: string | undefined;
  /** `/v1`, without a slash at its end; empty for none. */
  readonly path: string;
  /** The path is the stage of an API that the gateway has exported: no part of a route. */
  readonly isStage: boolean;
  /** Only CloudFormation knows the URL. */
  readonly isDeployTime: boolean;
}

/** `a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com`, those of China and of dual stack too. */
const EXECUTE_API = /\.execute-api\.[a-z0-9-]+\.(?:amazonaws\.com(?:\.cn)?|api\.aws)$/i;

/**
 * The document's first server; those of paths and operations mean nothing to an import.
 * Source: API Gateway, "Set the OpenAPI basePath property".
 */
export function serverOf(document: Node): DocumentServer {
  const { url, isDeployTime } = urlOf(document);
  const [, origin, host = ''] = /^(https?:\/\/([^/?#]*))/i.exec(url) ?? [];
  const isWritten = !isDeployTime && origin !== undefined && URL.canParse(origin) && host !== '';
  return {
    origin: isWritten ? origin : undefined,
    path: pathOf(basePathVariable(document) ?? url.slice(origin?.length ?? 0)),
    isStage: EXECUTE_API.test(host.replace(/:\d+$/, '')),
    isDeployTime,
  };
}

/** A relative URL without a slash is relative to where the description is served. */
function pathOf(text: string): string {
  const segments = text.replace(/[?#].*$/, '').split('/');
  const named = segments.filter((segment) => segment !== '' && segment !== '.');
  return named.map((segment) => `/${segment}`).join('');
}

function urlOf(document: Node): { readonly url: string; readonly isDeployTime: boolean } {
  if (document['swagger'] !== undefined) return swaggerUrl(document);
  const { url: written, variables } = membersIn(serversOf(document)[0]);
  const { text, isDeployTime } = literal(written ?? '/');
  const url = text.replace(/\{([^{}]*)\}/g, (_, name: string) =>
    String(membersIn(membersIn(variables)[name])['default'] ?? ''),
  );
  return { url, isDeployTime };
}

function swaggerUrl({ host, basePath, schemes }: Node): ReturnType<typeof urlOf> {
  const { text, isDeployTime } = literal(host ?? '');
  const path = literal(basePath ?? '');
  const named: readonly unknown[] = Array.isArray(schemes) ? schemes : [];
  const scheme = named.includes('http') && !named.includes('https') ? 'http' : 'https';
  return {
    url: `${text === '' ? '' : `${scheme}://${text}`}${path.text.startsWith('/') ? '' : '/'}${path.text}`,
    isDeployTime: isDeployTime || path.isDeployTime,
  };
}

const serversOf = ({ servers }: Node): readonly unknown[] =>
  Array.isArray(servers) ? servers : [];

/** Text, in which an `x` stands for what only CloudFormation knows. */
function literal(value: unknown): { readonly text: string; readonly isDeployTime: boolean } {
  if (typeof value === 'string') return { text: value, isDeployTime: false };
  const sub = membersIn(value)['Fn::Sub'];
  const template: unknown = Array.isArray(sub) ? sub[0] : sub;
  const text = typeof template === 'string' ? template.replace(/\$\{[^{}]*\}/g, 'x') : '';
  return { text, isDeployTime: isObject(value) };
}

/** The first variable `basePath` of any server is the base path, named in its URL or not. */
function basePathVariable(document: Node): string | undefined {
  if (document['swagger'] !== undefined) return undefined;
  const [first] = serversOf(document).flatMap((server) => {
    const variable = membersIn(membersIn(server)['variables'])['basePath'];
    return isObject(variable) ? [variable] : [];
  });
  const value = first?.['default'];
  return typeof value === 'string' ? value : undefined;
}
