import { spawn } from 'node:child_process';

/**
 * The program that opens an address, by operating system; each takes the address as one argument,
 * and no shell reads it.
 */
const BROWSER_COMMANDS: { readonly [platform: string]: readonly [string, ...string[]] } = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/**
 * Opens the address; where that fails the user still has it on the screen, so nothing is reported.
 */
export function openBrowser(url: string): void {
  const [program, ...args] = BROWSER_COMMANDS[process.platform] ?? ['xdg-open'];
  const child = spawn(program, [...args, url], { stdio: 'ignore', detached: true, shell: false });
  child.on('error', () => undefined);
  child.unref();
}
