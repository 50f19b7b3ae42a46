import type { AccessModel } from './model.ts';
import type { OktaModel } from './model-file.ts';

/**
 * The okta block that a name means: of a question, of a principal, of a record, which may be one of
 * another map. Blocks have names where there are several: without a name it is the first block, and
 * in a map with one block every name means that one. Undefined for a name that the map lacks.
 */
export const issuingBlock = (
  { okta }: Pick<AccessModel, 'okta'>,
  name: string | undefined,
): OktaModel | undefined =>
  name === undefined || okta.length === 1
    ? okta[0]
    : okta.find(({ name: known }) => known === name);
