// A rule for textlint: pages and messages have none of the phrases that stop a reader of plain
// English. Code and tables are left out.
import { textsIn } from './glossary-terms.mjs';

const PHRASES = [
  { pattern: /\banew\b/gi, say: 'again' },
  { pattern: /\ball\s+the\s+same\b/gi, say: 'still' },
  // The start of a paragraph or of a sentence.
  { pattern: /(?:^|[.:?!]\s+)Of\s(?!course\b)/g, say: 'the subject first' },
];

export default function phrases({ Syntax, RuleError, getSource, report, locator }) {
  const reportIn = (node) => {
    for (const { pattern, say } of PHRASES)
      for (const match of getSource(node).matchAll(pattern)) {
        const range = [match.index, match.index + match[0].length];
        const message = `"${match[0].replace(/^\W+/, '')}": say ${say}`;
        report(node, new RuleError(message, { padding: locator.range(range) }));
      }
  };
  return {
    [Syntax.Paragraph](paragraph) {
      for (const node of textsIn(paragraph, Syntax)) reportIn(node);
    },
  };
}
