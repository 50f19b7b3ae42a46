/** The text is no OpenAPI document that can be read: what was expected, and what was found. */
export class OpenapiError extends Error {
  override readonly name = 'OpenapiError';
}
