// Jest's environment for Node, which also lets go of the async storages of a finished file. jest-circus
// makes one for each test file and never disables it, and Node before 24 visits every enabled one at
// each promise: without this the last file of a run took twelve times as long as when it runs alone.
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
  async teardown() {
    await super.teardown();
    for (const storage of enabled) storage.disable();
    enabled.clear();
  }
};
