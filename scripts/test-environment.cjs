// Jest's environment for Node, with three changes for speed.
//
// The async storages of a finished file are let go. jest-circus makes one for each test file and
// never disables it, and Node before 24 visits every enabled one at each promise: without this the
// last file of a run took twelve times as long as when it runs alone.
//
// Packages that jest.config.json names (scripts/shared-module.cjs) are loaded once a worker, outside
// the sandbox of a test file: loading the CDK and compiling it to machine code took longer than most
// tests that use it. The CDK holds on to every construct tree that used a token; a worker that has
// grown large is replaced (workerIdleMemoryLimit).
//
// Stack traces have Node's own length in place of ten times that, which each error pays for.
const { AsyncLocalStorage } = require('node:async_hooks');
const { TestEnvironment } = require('jest-environment-node');

const enabled = new Set();
for (const name of ['run', 'enterWith']) {
  const original = AsyncLocalStorage.prototype[name];
  AsyncLocalStorage.prototype[name] = function (...args) {
    enabled.add(this);
    return original.apply(this, args);
  };
}

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
