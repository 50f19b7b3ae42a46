// The validator of the access map's schema as source, so that nobody compiles it at every start.
const standaloneCode = require('ajv/dist/standalone').default;

/**
 * @param compileSchema that of lib/access-map/schema/validator.ts.
 * @returns a CommonJS module with the same exports that lib/ takes.
 */
exports.validatorSource = ({ compileSchema, ANNOTATIONS }) => {
  const { ajv, validate } = compileSchema({ source: true });
  const source = standaloneCode(ajv, validate);
  return `${source}\nconst validate = module.exports;\nmodule.exports = { mapValidator: () => validate, ANNOTATIONS: ${JSON.stringify(ANNOTATIONS)} };\n`;
};
