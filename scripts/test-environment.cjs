// Jest's environment for Node, with four changes for speed.
//
// The async storages of a finished file are let go. jest-circus makes one for each test file and
// never disables it, and Node before 24 visits every enabled one at each promise: without this the
// last file of a run took twelve times as long as when it runs alone.
//
// Packages that jest.config.json names (scripts/shared-module.cjs) are loaded once a worker,
// outside the sandbox of a test file: loading the CDK and compiling it to machine code took longer
// than most tests that use it. The CDK holds on to every construct tree that used a token; a worker
// that has grown large is replaced (workerIdleMemoryLimit).
//
// A module is compiled once a worker, in place of once a test file: its functions too, as they are
// first called.
//
// Stack traces have Node's own length in place of ten times that, which each error pays for.
const { AsyncLocalStorage } = require('node:async_hooks');
const vm = require('node:vm');
const { TestEnvironment } = require('jest-environment-node');

const enabled = new Set();
for (const name of ['run', 'enterWith']) {
  const original = AsyncLocalStorage.prototype[name];
  AsyncLocalStorage.prototype[name] = function (...args) {
    enabled.add(this);
    return original.apply(this, args);
  };
}

const compileFunction = vm.compileFunction;
const compiled = new Map();

/** Jest's runtime takes it from the module at each call. An `import()` needs Jest's own way. */
vm.compileFunction = (source, parameters = [], options = {}) => {
  const { filename, parsingContext } = options;
  if (!filename || !parsingContext || /\bimport\s*\(/.test(source))
    return compileFunction(source, parameters, options);
  const text = `(function (${parameters.join(', ')}) {${source}\n})`;
  const known = compiled.get(filename);
  const script = known?.text === text ? known.script : new vm.Script(text, { filename });
  compiled.set(filename, { text, script });
  return script.runInContext(parsingContext);
};

module.exports = class extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    this.global.loadedOnce = require;
    this.global.Error.stackTraceLimit = 10;
  }

  async teardown() {
    await super.teardown();
    for (const storage of enabled) storage.disable();
    enabled.clear();
  }
};
