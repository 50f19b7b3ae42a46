// Jest's transform for packages that are loaded once a worker and not once a test file: in place of
// its code, a module takes what test-environment.cjs has loaded. Only packages that compute belong
// to them: none that keeps state between tests, reads the environment, or whose errors the product
// tells by their class.
module.exports = {
  process: (_source, filename) => ({
    code: `module.exports = loadedOnce(${JSON.stringify(filename)});`,
  }),
};
