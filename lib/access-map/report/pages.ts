/** Pages of the documentation that messages name. The package holds them under these paths. */
const PAGES = {
  audit: 'docs/reference/audit.md',
  okta: 'docs/start/okta.md',
  paths: 'docs/explanation/paths.md',
  runbook: 'docs/how-to/runbook.md',
} as const;

/** `docs/start/okta.md in the package`, for the end of a message. */
export const pageInPackage = (page: keyof typeof PAGES): string =>
  `${pathOfPage(page)} in the package`;

/** Path of a page below the root of the package. */
export const pathOfPage = (page: keyof typeof PAGES): string => PAGES[page];
