/**
 * The commands, in the order in which help lists them. Each is loaded when it is asked for, so that
 * `check` does not wait for the code of all others.
 */
import { type CliCommand, lazyCommand } from './shell/command.ts';

export const COMMANDS: readonly CliCommand[] = [
  // A command joins here.
  lazyCommand('check', async () => (await import('./check.ts')).check),
  lazyCommand('explain', async () => (await import('./explain.ts')).explain),
  lazyCommand('matrix', async () => (await import('./matrix.ts')).matrix),
  lazyCommand('diff', async () => (await import('./diff.ts')).diff),
  lazyCommand('test', async () => (await import('./test.ts')).test),
  lazyCommand('init', async () => (await import('./init.ts')).init),
  lazyCommand('types', async () => (await import('./types.ts')).types),
  lazyCommand('token', async () => (await import('./token.ts')).token),
  lazyCommand('login', async () => (await import('./login.ts')).login),
  lazyCommand('inject', async () => (await import('./inject.ts')).inject),
  lazyCommand('package', async () => (await import('./package.ts')).packageCommand),
  lazyCommand('coverage', async () => (await import('./coverage.ts')).coverage),
  lazyCommand('smoke', async () => (await import('./smoke.ts')).smoke),
  lazyCommand('usage', async () => (await import('./usage.ts')).usage),
  lazyCommand('revoke', async () => (await import('./revoke.ts')).revoke),
  lazyCommand('unused', async () => (await import('./unused.ts')).unused),
  lazyCommand('promote', async () => (await import('./promote.ts')).promote),
  lazyCommand('replay', async () => (await import('./replay.ts')).replay),
  lazyCommand('okta', async () => (await import('./okta.ts')).okta),
  lazyCommand('completion', async () => (await import('./completion.ts')).completion),
];
