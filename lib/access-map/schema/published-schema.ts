/**
 * The schema that editors get: the definition without the annotations that only our messages use.
 */
import { accessMapSchema } from './schema.ts';
import { ANNOTATIONS } from './validator.ts';

/** The text of `access.schema.json`. */
export function publishedSchema(): string {
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Access map',
    description: 'Which Okta group may call which API Gateway route, and how often.',
    ...accessMapSchema,
    // An overlay is complete with its base only, which editors do not read.
    required: undefined,
    if: { type: 'object', properties: { extends: false } },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: {
      type: 'object',
      properties: { api: {}, okta: {}, routes: {} },
      required: accessMapSchema.required,
    },
  };
  const dropped: readonly string[] = ANNOTATIONS;
  return `${JSON.stringify(schema, (key, value: unknown) => (dropped.includes(key) ? undefined : value), 2)}\n`;
}
