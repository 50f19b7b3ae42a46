// Lints what the code says to people, help and messages: the same rules as for the pages.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const FOLDERS = ['bin', 'client/src', 'lambda', 'lib', 'local', 'middleware', 'scripts'];
// Lists of words that no recording hides, and pages, which are linted as pages.
const LEFT_OUT = /\.test\.|^lib\/okta\/redact\.ts$|^scripts\/reference\/\w+-page\.ts$/;
// A sentence has words; shorter texts are names and labels.
const FEWEST_WORDS = 4;

/**
 * Other languages: pages and their styles, queries, expressions of DynamoDB, command lines, YAML.
 */
const OTHER_LANGUAGE =
  /<\/?[a-z]+[ >]|[{;] [\w-]+:|=>|^(?:filter|stats|fields|sort|parse|SEARCH)\b|[#:]\w+ [<>=]+ |= :\w+|attribute_not_exists|^[\w-]+: \[|^\[?\{/;

const isSentence = (text) =>
  text.trim().split(/\s+/).length >= FEWEST_WORDS &&
  /[a-z]{2}/.test(text) &&
  !OTHER_LANGUAGE.test(text);

/** Texts of a file with their lines: strings, and templates with `c` for each value. */
export function messagesOf(source, parse) {
  const found = [];
  const lineOf = (at) => source.slice(0, at).split('\n').length;
  const walk = (node) => {
    if (Array.isArray(node)) for (const part of node) walk(part);
    if (Array.isArray(node) || node === null || typeof node !== 'object') return;
    const text = textOf(node);
    if (text !== undefined && isSentence(text)) found.push({ line: lineOf(at(node)), text });
    // Its parts are in the text.
    if (node.type === 'BinaryExpression' && text !== undefined) return;
    for (const [name, part] of Object.entries(node)) if (name !== 'span') walk(part);
  };
  const tree = parse(source);
  const at = ({ span }) => span.start - tree.span.start;
  walk(tree.body);
  return found;
}

function textOf(node) {
  if (node.type === 'StringLiteral') return node.value;
  if (node.type === 'JSXText') return node.value.replaceAll(/\s+/g, ' ');
  if (node.type === 'BinaryExpression' && node.operator === '+') {
    const parts = [textOf(node.left), textOf(node.right)];
    return parts.every((part) => part === undefined)
      ? undefined
      : parts.map((part) => part ?? 'c').join('');
  }
  if (node.type !== 'TemplateLiteral' || node.quasis === undefined) return undefined;
  return node.quasis.map(({ cooked, raw }) => cooked ?? raw).join('c');
}

/** All texts of the code, as `{ place, text }`. */
export function allMessages() {
  // The compiler that the tests use; its tree is for tools.
  const { parseSync } = createRequire(join(root, 'package.json'))('@swc/core');
  const files = execFileSync('git', ['ls-files', ...FOLDERS], { cwd: root, encoding: 'utf8' })
    .split('\n')
    .filter((file) => /\.(?:ts|tsx|mjs)$/.test(file) && !LEFT_OUT.test(file));
  return files.flatMap((file) => {
    const parse = (source) => parseSync(source, { syntax: 'typescript', tsx: file.endsWith('x') });
    return messagesOf(readFileSync(join(root, file), 'utf8'), parse).map(({ line, text }) => ({
      place: `${file}:${line}`,
      text,
    }));
  });
}

/** The texts as one page, a paragraph each, and the place of each line. */
export function messagesPage(messages = allMessages()) {
  const lines = [];
  const places = [];
  for (const { place, text } of messages)
    for (const line of [...text.trim().split('\n'), '']) {
      // Neither a tag, nor a list or a quotation of Markdown.
      lines.push(
        line
          .trim()
          .replaceAll('<', '\u2039')
          .replace(/^[-*>=#\d.)+|]+\s/, ''),
      );
      places.push(place);
    }
  return { text: lines.join('\n'), placeOf: (line) => places[line - 1] };
}
