/** What maps written by `init` have in common, whatever they are written from. */

import { Document, isCollection, type Pair } from 'yaml';
import { routesConfusableWith } from '../../../lambda/gateway/confusable-routes.ts';
import { issuerFault } from '../../access-map/sections/okta-issuers.ts';
import { PLACEHOLDER } from '../../access-map/sections/placeholders.ts';

export interface InitialMap {
  /** YAML. */
  readonly text: string;
  /** What the map leaves out, a line each. */
  readonly left: readonly string[];
}

/** What the command line knows of the map, and the API does not. */
export interface KnownParts {
  readonly issuer?: string | undefined;
  readonly audience?: string | undefined;
  readonly clients?: readonly string[] | undefined;
  readonly upstream?: string | undefined;
}

/** The parts of the map that an API provides. */
export interface MapParts {
  /** Where the parts come from, e.g. `openapi.yaml`. */
  readonly source: string;
  readonly api: Readonly<Record<string, unknown>> & { readonly name: string };
  /**
   * A placeholder takes its place where it is undefined, or none that a map can have.
   */
  readonly issuer: string | undefined;
  /** Default: the name of the API as a URI. */
  readonly audience?: string | undefined;
  /** Default: a placeholder. */
  readonly clients?: readonly string[] | undefined;
  /** Route keys. */
  readonly routes: readonly string[];
  /** Names the document that has the routes, in the place of their list. */
  readonly document?: Readonly<Record<string, string>> | undefined;
  /**
   * Comment above the routes, a line each: what is left out of them, and what asks for a review.
   */
  readonly notes?: readonly string[];
  readonly publicRoutes: readonly string[];
  /** Comment above the public routes: why they are public. */
  readonly publicComment: string;
  /** Route keys by the permission that they need. */
  readonly permissions: Readonly<Record<string, readonly string[]>>;
}

/** What a map cannot have as its issuer is no issuer to it. */
export const isIssuer = (issuer: string): boolean => issuerFault(issuer) === undefined;

export const issuerOrPlaceholder = (issuer: string | undefined): string =>
  issuer !== undefined && isIssuer(issuer) ? issuer : PLACEHOLDER.issuer;

/** The map as YAML, with comments on what its owner reviews. */
export function writeMap(parts: MapParts): string {
  const { api, issuer, audience, routes, permissions } = parts;
  const { publicRoutes, closed } = splitPublic(routes, parts.publicRoutes);
  const names = Object.keys(permissions);
  const document = new Document({
    api,
    okta: {
      issuer: issuerOrPlaceholder(issuer),
      audience: audience ?? `api://${api.name}`,
      clients: parts.clients ?? [PLACEHOLDER.client],
    },
    routes: parts.document ?? routes,
    ...(publicRoutes.length > 0 && { public: publicRoutes }),
    ...(names.length > 0 && { permissions }),
    groups: names.length === 0 ? {} : { 'api-users': { allow: names } },
  });
  document.commentBefore = ` yaml-language-server: $schema=./node_modules/okta-group-authorizer/access.schema.json\n Written from ${parts.source}.`;
  comment(document, 'okta', ' Review: issuer, audience and the client ids of your applications.');
  comment(document, 'public', parts.publicComment);
  const notes = [...(parts.notes ?? []), ...closed.map(closedNote)];
  if (notes.length > 0) comment(document, 'routes', notes.map((note) => ` ${note}`).join('\n'));
  comment(document, 'groups', ' Replace: an example with one group for all permissions.');
  return document.toString({ lineWidth: 0 });
}

const closedNote = ({ key, as }: SplitPublic['closed'][number]): string =>
  `Not public, since a back end may read a path of ${key} as ${as}, which is not: say \`paths: exact\` of it where the back end reads paths exactly.`;

interface SplitPublic {
  readonly publicRoutes: readonly string[];
  /**
   * Routes that the source leaves without a token and that no map can leave so:
   * PUBLIC_BESIDE_CLOSED.
   */
  readonly closed: readonly { readonly key: string; readonly as: string }[];
}

/** A route that is closed here may be what another public one is read as. */
function splitPublic(routes: readonly string[], wanted: readonly string[]): SplitPublic {
  const closed: { readonly key: string; readonly as: string }[] = [];
  let publicRoutes = wanted;
  for (;;) {
    const guarded = routes.filter((key) => !publicRoutes.includes(key));
    const found = publicRoutes.flatMap((key) => {
      const [as] = routesConfusableWith(key, guarded);
      return as === undefined ? [] : [{ key, as }];
    });
    if (found.length === 0) return { publicRoutes, closed };
    closed.push(...found);
    publicRoutes = publicRoutes.filter((key) => !found.some((one) => one.key === key));
  }
}

/** Puts a comment above a key of the document's top; nothing where there is no such key. */
function comment(document: Document, key: string, text: string): void {
  const pairs = isCollection(document.contents)
    ? (document.contents.items as Pair<{ value?: unknown; commentBefore?: string }>[])
    : [];
  const pair = pairs.find((candidate) => candidate.key.value === key);
  if (pair) pair.key.commentBefore = text;
}

/** A stack's name: letters, digits and hyphens. */
export function nameOf(title: string): string {
  const name = title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 60)
    .replace(/-+$/, '');
  return name === '' ? 'api' : name;
}
