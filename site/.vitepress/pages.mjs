// Where each page of docs/ stands in the site. A test holds that no page is missing.

const folder = (path, titles) =>
  Object.entries(titles).map(([name, text]) => ({ text, link: `/${path}/${name}` }));

export const sidebar = [
  {
    text: 'Start',
    items: folder('start', {
      deploy: 'Deploy',
      okta: 'Okta in ten minutes',
    }),
  },
  {
    text: 'How to',
    items: folder('how-to', {
      attach: 'Attach to an API that exists',
      'migrate-from-jwt': 'Come from the JWT authorizer',
      package: 'Without the CDK',
      terraform: 'Terraform',
      sam: 'SAM',
      openapi: 'OpenAPI',
      browser: 'The same rules in the browser',
      watch: 'Watch it',
      runbook: 'Runbook',
      trends: 'Read the audit trail',
      remove: 'Take it away',
      extending: 'Add a key of the map',
    }),
  },
  {
    text: 'Reference',
    items: folder('reference', {
      configuration: 'Configuration',
      tokens: 'Tokens and their refusals',
      audit: 'Records and metrics',
      versions: 'Versions and support',
      glossary: 'Glossary',
    }),
  },
  {
    text: 'Explanation',
    items: folder('explanation', {
      architecture: 'How it works',
      paths: 'Paths',
      quotas: 'Quotas',
      caching: 'Caching and its proof',
      costs: 'Costs',
      performance: 'Performance',
    }),
  },
];
