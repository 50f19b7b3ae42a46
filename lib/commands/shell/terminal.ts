/** Standard input of a process, as commands read it. */
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import type { Input } from './io.ts';

/**
 * @param prompts where questions are written: standard error, so that a redirected output stays
 * clean.
 */
export function processInput(stdin: NodeJS.ReadStream, prompts: NodeJS.WriteStream): Input {
  return {
    isTerminal: stdin.isTTY === true,
    bytes: stdin,
    async read(maxLetters) {
      let text = '';
      stdin.setEncoding('utf8');
      for await (const chunk of stdin) {
        text += String(chunk);
        if (text.length > maxLetters) break;
      }
      return text.slice(0, maxLetters);
    },
    askHidden(question) {
      prompts.write(question);
      // The line editor echoes what is typed to its output, so it gets one that swallows
      // everything.
      const output = new Writable({ write: (_chunk, _encoding, done) => done() });
      const lines = createInterface({ input: stdin, output, terminal: true, historySize: 0 });
      return new Promise((resolve) => {
        let answer = '';
        lines.once('line', (line) => {
          answer = line;
          lines.close();
        });
        // Also at Ctrl-C and at the end of the input: nothing was given.
        lines.once('close', () => {
          prompts.write('\n');
          resolve(answer);
        });
      });
    },
  };
}
