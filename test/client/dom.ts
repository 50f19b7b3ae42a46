/** Scripts with React in them, and a page to run them in. */
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { buildSync } from 'esbuild';
import type { Window } from 'happy-dom';

export const REACT_VERSIONS = [
  ['18', { react: 'react-18', 'react-dom': 'react-dom-18' }],
  ['19', {}],
] as const;

/**
 * A module and all that it imports, as one script: the packages are of several module systems, and
 * React comes in two versions.
 * @param contents text of a module in the project's root
 */
export function load(contents: string, alias: Readonly<Record<string, string>> = {}): unknown {
  const { outputFiles } = buildSync({
    stdin: { contents, resolveDir: resolve('.'), loader: 'ts' },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    write: false,
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"development"', 'import.meta.url': '"file:///"' },
    alias: { ...alias },
  });
  const module = { exports: {} };
  new Function('module', 'exports', 'require', outputFiles[0]?.text ?? '')(
    module,
    module.exports,
    createRequire(resolve('package.json')),
  );
  return module.exports;
}

/** React's scheduler opens a channel when it is loaded, which would keep the process alive. */
const ports: InstanceType<typeof MessagePort>[] = [];
class TrackedChannel extends MessageChannel {
  constructor() {
    super();
    ports.push(this.port1, this.port2);
  }
}

const GLOBALS = [
  'window',
  'document',
  'navigator',
  'HTMLElement',
  'Node',
  'HTMLIFrameElement',
] as const;

/** A page whose globals are those of this process. @returns it, and what ends it */
export function openPage(): { readonly window: Window; readonly close: () => Promise<void> } {
  globalThis.MessageChannel = TrackedChannel;
  const dom = load("export * from './node_modules/happy-dom/lib/index.js'") as {
    readonly Window: typeof Window;
  };
  const window = new dom.Window({ url: 'http://localhost/' });
  for (const name of GLOBALS) {
    Object.defineProperty(globalThis, name, {
      value: Reflect.get(window, name),
      configurable: true,
      writable: true,
    });
  }
  Reflect.set(globalThis, 'IS_REACT_ACT_ENVIRONMENT', true);
  return {
    window,
    close: async () => {
      for (const port of ports) port.close();
      await window.happyDOM.close();
    },
  };
}
