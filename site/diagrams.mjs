// Diagrams of the pages that mermaid cannot read.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Window } from 'happy-dom';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

export async function brokenDiagrams(root = ROOT) {
  // It cleans labels by the page's own means.
  const window = new Window();
  Object.assign(globalThis, { window, document: window.document, Element: window.Element });
  const { default: mermaid } = await import('mermaid');
  const pages = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name));
  const problems = [];
  for (const page of ['README.md', ...pages]) {
    const text = readFileSync(join(root, page), 'utf8');
    for (const [, diagram] of text.matchAll(/^```mermaid\n([\s\S]*?)^```$/gm)) {
      try {
        await mermaid.parse(diagram);
      } catch (error) {
        problems.push(`${page}: ${error.message}`);
      }
    }
  }
  await window.happyDOM.close();
  return problems;
}
