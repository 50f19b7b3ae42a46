// Jest's transform for the validator of the access map's schema: what it compiles to is kept for
// the whole worker, since compiling took longer than most of the files that need it. A validator
// keeps nothing between calls but the errors of the last one, which its caller takes at once.
const { createTransformer } = require('@swc/jest');

const COMPILING = 'compileSchema().validate';
const compiled = new Map();

/** @param schema one that has changed is compiled again */
exports.compiledOnce = (schema, compile) => {
  const key = JSON.stringify(schema);
  if (!compiled.has(key)) compiled.set(key, compile());
  return compiled.get(key);
};

exports.createTransformer = (options) => {
  const swc = createTransformer(options);
  const once = (source) => {
    if (!source.includes(COMPILING)) throw new Error(`expected \`${COMPILING}\`, found none`);
    return source.replace(
      COMPILING,
      `loadedOnce(${JSON.stringify(__filename)}).compiledOnce(accessMapSchema, () => ${COMPILING})`,
    );
  };
  return {
    process: (source, ...rest) => swc.process(once(source), ...rest),
    getCacheKey: (source, ...rest) => swc.getCacheKey(once(source), ...rest),
  };
};
