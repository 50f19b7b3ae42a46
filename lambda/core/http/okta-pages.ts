/**
 * Address of the next page in the header `link` of a response of Okta; undefined on the last page.
 * Source: RFC 8288; Okta, "Pagination".
 */
export const nextLink = (link: string): string | undefined =>
  /<([^<>]+)>;[^,]*\brel="?next"?/.exec(link)?.[1];
