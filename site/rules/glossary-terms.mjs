// A rule for textlint: pages use the terms of the glossary and none of the words beside them, and
// no abbreviation that the glossary does not have. Code, links' addresses and tables are left out.

const COMMON = new Set(['AGENTS', 'CHANGELOG', 'CONTRIBUTING', 'NOTICE', 'README', 'SECURITY']);
// Methods of HTTP and words of the map, which stand without code marks in some headings.
const METHODS = new Set([
  'ANY',
  'DELETE',
  'GET',
  'HEAD',
  'OPTIONS',
  'PATCH',
  'POST',
  'PUT',
  'REQUEST',
  'TRACE',
]);

/** Words that the glossary's last column names, and abbreviations of its second table. */
export function readGlossary(text) {
  const rows = text.split('\n').filter((line) => line.startsWith('| '));
  const cells = rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  const body = cells.filter(
    ([first]) => first !== 'term' && first !== 'abbreviation' && !/^-+$/.test(first),
  );
  const avoided = body.flatMap(([term, , not = '-']) =>
    not === '-' ? [] : not.split(', ').map((word) => ({ word, term })),
  );
  const abbreviations = body
    .filter((row) => row.length === 2)
    .flatMap(([names]) => names.split(', '));
  return { avoided, abbreviations: new Set(abbreviations) };
}

/** The texts in a node without code and addresses of links. */
export const textsIn = (node, Syntax) =>
  node.type === Syntax.Str
    ? [node]
    : (node.children ?? []).flatMap((child) => textsIn(child, Syntax));

export default function glossaryTerms(
  { Syntax, RuleError, getSource, report, locator },
  { glossary },
) {
  const known = new Set([...glossary.abbreviations, ...COMMON, ...METHODS]);
  const patterns = glossary.avoided.map(({ word, term }) => ({
    pattern: new RegExp(`\\b${word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?:s|es)?\\b`, 'gi'),
    text: (found) => `"${found}": the glossary says "${term}"`,
  }));
  const unknown = {
    pattern: /\b[A-Z][A-Z0-9]+(?=s?\b)(?![-_.][A-Z])/g,
    text: (found) => (known.has(found) ? undefined : `"${found}" is not in the glossary`),
  };
  const reportIn = (node) => {
    for (const { pattern, text } of [...patterns, unknown])
      for (const match of getSource(node).matchAll(pattern)) {
        const message = text(match[0]);
        if (message === undefined) continue;
        const range = [match.index, match.index + match[0].length];
        report(node, new RuleError(message, { padding: locator.range(range) }));
      }
  };
  return {
    // Text of paragraphs: tables have names of other products' settings, headings those of codes.
    [Syntax.Paragraph](paragraph) {
      for (const node of textsIn(paragraph, Syntax)) reportIn(node);
    },
  };
}
