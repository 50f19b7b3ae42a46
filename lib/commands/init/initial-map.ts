/** What maps written by `init` have in common, whatever they are written from. */
import { type Document, isCollection, type Pair } from 'yaml';

export interface InitialMap {
  /** YAML. */
  readonly text: string;
  /** What could not be carried over, a line each. */
  readonly left: readonly string[];
}

/** Only an issuer that can be one of a custom authorization server is carried over. */
export const CUSTOM_SERVER = /^https:\/\/[a-z0-9.-]+\/oauth2\/[A-Za-z0-9]+$/;

/** Puts a comment above a key of the document's top; nothing where there is no such key. */
export function comment(document: Document, key: string, text: string): void {
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
