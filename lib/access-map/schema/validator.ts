/**
 * The validator of the schema. The build puts what it compiles to in the place of this file, since
 * compiling takes longer than all else that `check` does (scripts/build.mjs).
 */
import { Ajv, type CodeOptions, type ValidateFunction } from 'ajv';
import { accessMapSchema } from './schema.ts';

/** Our own keywords; the published schema does not have them. */
export const ANNOTATIONS = ['expected', 'notation'] as const;

/** @param code how the validator is written out. Default: it is kept in memory alone. */
export function compileSchema(code?: CodeOptions): {
  readonly ajv: Ajv;
  readonly validate: ValidateFunction;
} {
  const ajv = new Ajv({
    ...{ allErrors: true, verbose: true, strict: true, allowUnionTypes: true, ownProperties: true },
    ...(code && { code }),
  });
  ajv.addVocabulary([...ANNOTATIONS]);
  return { ajv, validate: ajv.compile(accessMapSchema) };
}

let compiled: ValidateFunction | undefined;

/** Compiled on first use. */
export function mapValidator(): ValidateFunction {
  compiled ??= compileSchema().validate;
  return compiled;
}
