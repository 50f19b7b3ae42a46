/**
 * All spellings of a header's name with hyphens and underscores, the given one first. CGI, WSGI and
 * PHP read all of them as one header, so a client could send its own besides ours. Source: RFC
 * 3875, section 4.1.18.
 */
export function spellings(header: string): readonly string[] {
  const [first = '', ...rest] = header.split('-');
  return rest.reduce<readonly string[]>(
    (names, part) => ['-', '_'].flatMap((mark) => names.map((name) => name + mark + part)),
    [first],
  );
}
