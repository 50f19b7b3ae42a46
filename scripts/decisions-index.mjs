// Writes docs/decisions/index.md, the list of all decisions, from their files (npm run decisions).
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const folder = new URL('../docs/decisions/', import.meta.url);

const INTRODUCTION = `# Decisions

Each page records one choice that could have gone another way: what was chosen, against what, what
follows, and what would change our mind. A page is not rewritten when a later one takes its place:
its status names the later one.

\`npm run decisions\` writes this list from the pages.

| | decision | date | status |
| --- | --- | --- | --- |
`;

function row(file) {
  const text = readFileSync(new URL(file, folder), 'utf8');
  const [, number, title] = /^# (\d+)\. (.+)$/m.exec(text) ?? [];
  const [, status] = /^- Status: (.+)$/m.exec(text) ?? [];
  const [, date] = /^- Date: (.+)$/m.exec(text) ?? [];
  if (!number || !status || !date || Number(file.slice(0, 4)) !== Number(number))
    throw new Error(
      `${file}: expected "# NUMBER. Title", "- Status:" and "- Date:" as first lines`,
    );
  return `| ${number} | [${title}](${file}) | ${date} | ${status} |\n`;
}

const files = readdirSync(folder).filter((file) => /^\d{4}-.+\.md$/.test(file));
const target = process.argv[2] ?? new URL('index.md', folder);
writeFileSync(target, INTRODUCTION + files.sort().map(row).join(''));
