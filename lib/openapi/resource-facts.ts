/**
 * What the resource of an API adds to its OpenAPI document: `protect` reads it in an app, `inject`
 * in a template. Properties have the names of CloudFormation.
 */
import { membersIn, type Node } from '../../lambda/core/json/json-object.ts';
import type { AccessMap } from '../access-map/index.ts';
import { type DocumentFacts, documentFacts, policiesIn, settingIn } from './document-facts.ts';
import { intrinsicIn } from './intrinsic.ts';
import { serverOf } from './server-path.ts';

/** Whether an API's own settings have origins. */
export const hasCorsSettings = (properties: Node): boolean =>
  properties['CorsConfiguration'] !== undefined;

/**
 * Properties of the API win over what its document says.
 * @param scheme name of our security scheme in the document
 */
export function resourceFacts(properties: Node, document: unknown, scheme: string): DocumentFacts {
  const body = documentFacts(document, scheme);
  return {
    policies: [...policiesIn(properties['Policy']), ...body.policies],
    keySource: settingIn(properties['ApiKeySourceType']) ?? body.keySource,
    otherAuthorizers: body.otherAuthorizers,
    apiHasCors: hasCorsSettings(properties) || body.apiHasCors,
  };
}

/** Properties that give an API methods which nothing here can see. */
const OPAQUE_PROPERTIES: Readonly<Record<string, string>> = {
  BodyS3Location: 'a body in S3',
  CloneFrom: 'methods copied from another API',
  Target: 'a route of quick create',
  // Of SAM.
  DefinitionUri: 'a body in S3',
  MergeDefinitions: 'methods of events, which its transform merges into its body,',
};

/** Settings of `Auth` by which SAM writes into the document who may call all its methods. */
const OPAQUE_AUTH = ['DefaultAuthorizer', 'ApiKeyRequired', 'ResourcePolicy'];

/** Properties of an API by which it has methods that cannot be seen. */
export const opaqueProperties = (properties: Node): readonly string[] =>
  Object.keys(OPAQUE_PROPERTIES).filter(
    (name) => properties[name] !== undefined && properties[name] !== false,
  );

/** Why methods of an API, or who may call them, cannot be seen: expected and found. */
export function opaqueProblems(properties: Node): readonly string[] {
  const intrinsic = intrinsicIn(properties);
  return [
    ...opaqueProperties(properties).map(
      (name) =>
        `the API has ${OPAQUE_PROPERTIES[name]} (\`${name}\`), which cannot be seen: expected methods in an inline body, or without one as resources`,
    ),
    ...authProblems(properties['Auth']),
    ...(intrinsic === undefined
      ? []
      : [
          `the properties of the API are known at deploy time only (\`${intrinsic}\`), so that its methods cannot be seen`,
        ]),
  ];
}

const authProblems = (auth: unknown): readonly string[] =>
  Object.entries(membersIn(auth))
    .filter(([, value]) => value !== false)
    .filter(([name]) => OPAQUE_AUTH.includes(name) || intrinsicIn({ [name]: '' }) !== undefined)
    .map(
      ([name]) =>
        `the API has \`Auth.${name}\`, which its transform writes into its body, where it cannot be seen: write it there`,
    );

/** The map says what an import does with the server's path; the API must say the same. */
export function importProblems(
  properties: Node,
  document: Node,
  { basePath }: Pick<AccessMap, 'basePath'>,
): readonly string[] {
  const { path } = serverOf(document);
  const parameters = membersIn(properties['Parameters']);
  // An HTTP API has a property of its own.
  const found = intrinsicIn(parameters) ?? parameters['basepath'] ?? properties['BasePath'];
  return path === '' || (found ?? 'ignore') === basePath
    ? []
    : [
        `the API imports its body with \`basepath\` ${JSON.stringify(found ?? 'ignore')}: expected \`${basePath}\`, as the access map says (\`routes.basePath\`)`,
      ];
}

/** @param what the route, as messages name it */
export const besideBody = (what: string): string =>
  `${what} is a resource beside the API's body: an import of the body removes it; write it into the body`;
