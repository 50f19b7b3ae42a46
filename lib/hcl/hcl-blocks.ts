/** HCL as text: blocks, arguments and expressions. Source: HCL Native Syntax Specification. */
import { quoted } from './hcl-text.ts';

/** Arguments are expressions; an object is a nested block, a list of them one block each. */
export interface Body {
  readonly [name: string]: string | Body | readonly Body[] | undefined;
}

/** A block with its labels, formatted as `terraform fmt` does. */
export function block(labels: readonly string[], body: Body): string {
  const [type = '', ...names] = labels;
  const head = [type, ...names.map(quoted)].join(' ');
  return `${aligned([`${head} {`, ...bodyLines(body, '  '), '}']).join('\n')}\n`;
}

function bodyLines(body: Body, indent: string): readonly string[] {
  return Object.entries(body).flatMap(([name, value]) => {
    if (value === undefined) return [];
    if (typeof value === 'string')
      return `${indent}${name} = ${value}`
        .split('\n')
        .map((line, at) => (at === 0 ? line : `${indent}${line}`));
    const nested = Array.isArray(value) ? (value as readonly Body[]) : [value as Body];
    return nested.flatMap((inner) => [
      `${indent}${name} {`,
      ...bodyLines(inner, `${indent}  `),
      `${indent}}`,
    ]);
  });
}

/**
 * Lines that follow each other have their `=` below each other, unless a value goes on after its
 * line. Source: the formatter of HCL, hclwrite/format.go.
 */
function aligned(lines: readonly string[]): readonly string[] {
  const width = (line: string | undefined): number =>
    line === undefined || !isWhole(line) ? 0 : line.indexOf(' = ');
  return lines.map((line, at) => {
    if (width(line) <= 0) return line;
    let [first, last] = [at, at];
    while (width(lines[first - 1]) > 0) first -= 1;
    while (width(lines[last + 1]) > 0) last += 1;
    const widest = Math.max(...lines.slice(first, last + 1).map(width));
    const own = width(line);
    return `${line.slice(0, own).padEnd(widest)}${line.slice(own)}`;
  });
}

/** Whether a line has an argument and all of its value. */
function isWhole(line: string): boolean {
  const code = line.replace(/"(?:[^"\\]|\\.)*"/g, '""');
  const count = (letters: RegExp): number => code.match(letters)?.length ?? 0;
  return line.includes(' = ') && count(/[([{]/g) === count(/[)\]}]/g);
}
