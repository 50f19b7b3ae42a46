// Jest's environment for Node, with six changes for speed.
//
// jest-circus keeps the test that runs in an AsyncLocalStorage, and Node before 24 calls a hook at
// each promise while one is in use. Tests of a file run one after another, so a plain variable
// tells the same: an error belongs to the test that runs.
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
//
// A function is optimized after three times the work that Node waits for: most functions of a
// sandbox are done before that pays, and the compiler takes its time from the other worker.
//
// A worker that has nothing left to do kills itself: taking its heap apart takes longer than the
// half second after which jest says that a worker does not exit.
const { AsyncLocalStorage } = require('node:async_hooks');
const v8 = require('node:v8');
const vm = require('node:vm');
const { TestEnvironment } = require('jest-environment-node');

// The flag is V8's of Node 20; others have one that counts calls.
if (process.versions.v8.startsWith('11.')) v8.setFlagsFromString('--interrupt-budget=200000');

// A worker has a channel to its parent.
if (process.send) process.once('beforeExit', () => process.kill(process.pid, 'SIGKILL'));

const { run, getStore } = AsyncLocalStorage.prototype;
const running = new WeakMap();
const isOfCircus = (store) =>
  store !== null && typeof store === 'object' && ('test' in store || 'hook' in store);

AsyncLocalStorage.prototype.run = function (store, callback, ...args) {
  if (!isOfCircus(store)) return run.call(this, store, callback, ...args);
  const outer = running.get(this);
  running.set(this, store);
  return callback(...args).finally(() => running.set(this, outer));
};

AsyncLocalStorage.prototype.getStore = function () {
  return running.get(this) ?? getStore.call(this);
};

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
};
