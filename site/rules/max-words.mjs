// A rule for textlint: a sentence has 35 words at most. Sentences in tables and terms of the
// glossary are no paragraphs, so they do not count; code and links count as one word each.
import { splitAST } from 'sentence-splitter';
import { StringSource } from 'textlint-util-to-string';

const MAX = 35;

const wordsOf = (text) => text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word));

export default function maxWords({ Syntax, RuleError, getSource, report, locator }) {
  const asOneWord = ({ node, maskValue, emptyValue }) => {
    if (node.type === Syntax.Code) return maskValue('c');
    return node.type === Syntax.Html ? emptyValue() : undefined;
  };
  return {
    [Syntax.Paragraph](paragraph) {
      for (const sentence of splitAST(paragraph).children) {
        if (sentence.type !== 'Sentence') continue;
        const count = wordsOf(
          new StringSource(sentence, { replacer: asOneWord }).toString(),
        ).length;
        if (count <= MAX) continue;
        const [from, to] = sentence.range.map((index) => index - paragraph.range[0]);
        report(
          paragraph,
          new RuleError(
            `A sentence of ${count} words; ${MAX} are allowed: ${getSource(sentence).split(/\s+/).slice(0, 10).join(' ')}`,
            {
              padding: locator.range([from, to]),
            },
          ),
        );
      }
    },
  };
}
