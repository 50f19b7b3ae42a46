#!/usr/bin/env node
// What an older Node cannot parse must not be loaded before its version is known.
import { tooOldNode } from '../lib/commands/shell/supported-node.ts';

const refusal = tooOldNode(process.versions.node);
if (refusal === undefined) void import('./run-cli.ts');
else {
  process.stderr.write(`${refusal}\n`);
  process.exitCode = 2;
}
