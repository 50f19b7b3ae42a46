/** The text is not an OpenAPI 3 description: what was expected, and what was found. */
export class OpenapiError extends Error {
  override readonly name = 'OpenapiError';
}
