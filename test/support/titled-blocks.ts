/** Code of a page by the name of its file, which stands on a line of its own before the block. */
export const titledBlocks = (markdown: string): ReadonlyMap<string, string> =>
  new Map(
    Array.from(
      markdown.matchAll(/^`([\w.-]+)`\n\n```\w+\n(.*?)^```$/gms),
      ([, name = '', text = '']) => [name, text],
    ),
  );
