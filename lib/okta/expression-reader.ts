/** Reads an expression of Okta's from left to right. */

/** An expression of a form that Okta's guides do not have. */
export class NotUnderstood extends Error {}

interface Token {
  readonly kind: 'text' | 'name' | 'number' | 'sign';
  readonly value: string;
}

const TOKEN =
  /\s*(?:"([^"\\]*)"|'([^'\\]*)'|([A-Za-z_][\w]*(?:\.[A-Za-z_]\w*)*)|(\d+)|(\.!\[|[{}(),:[\]]))/y;

/** Words, texts, numbers and signs; nothing where something else is between them. */
function tokensOf(expression: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  const text = expression.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const found = TOKEN.exec(text);
    if (!found) return undefined;
    const [, double, single, name, number, sign] = found;
    if (name !== undefined) tokens.push({ kind: 'name', value: name });
    else if (number !== undefined) tokens.push({ kind: 'number', value: number });
    else if (sign !== undefined) tokens.push({ kind: 'sign', value: sign });
    else tokens.push({ kind: 'text', value: double ?? single ?? '' });
  }
  return tokens;
}

export class ExpressionReader {
  readonly #tokens: readonly Token[];
  #at = 0;

  /** @throws NotUnderstood for an expression with other signs. */
  constructor(expression: string) {
    const tokens = tokensOf(expression);
    if (!tokens) throw new NotUnderstood();
    this.#tokens = tokens;
  }

  isAtEnd = (): boolean => this.#at === this.#tokens.length;

  /** @throws NotUnderstood */
  take(kind: Token['kind'], value?: string): string {
    const token = this.#tokens[this.#at];
    if (token?.kind !== kind || (value !== undefined && token.value !== value))
      throw new NotUnderstood();
    this.#at++;
    return token.value;
  }

  skip(value: string): boolean {
    const token = this.#tokens[this.#at];
    const found = token?.kind === 'sign' && token.value === value;
    if (found) this.#at++;
    return found;
  }

  next = (): Token | undefined => this.#tokens[this.#at];

  /** `{"a", "b"}`, also with a comma after the last, or one text. */
  texts(): readonly string[] {
    if (!this.skip('{')) return [this.take('text')];
    const all: string[] = [];
    while (!this.skip('}')) {
      all.push(this.take('text'));
      if (!this.skip(',')) {
        this.take('sign', '}');
        break;
      }
    }
    return all;
  }
}
