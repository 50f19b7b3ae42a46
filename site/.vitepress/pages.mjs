// Where each page of docs/ stands in the site. A test holds that no page is missing.

const folder = (path, titles) =>
  Object.entries(titles).map(([name, text]) => ({ text, link: `/${path}/${name}` }));

export const sidebar = [
  {
    text: 'Start',
    items: folder('start', {
      local: 'Ten minutes locally',
      tutorial: 'A map in ten steps',
      deploy: 'Deploy',
      terraform: 'Terraform, from an empty folder',
      python: 'The AWS CDK in Python, from an empty folder',
      okta: 'Okta in ten minutes',
    }),
  },
  {
    text: 'How to connect',
    items: folder('how-to', {
      attach: 'Attach to an API that exists',
      'cdk-app': 'Protect your own CDK app',
      'migrate-from-jwt': 'Come from the JWT authorizer',
      package: 'Without the CDK',
      terraform: 'Terraform',
      sam: 'SAM',
      'serverless-framework': 'Serverless Framework',
      'other-accounts': 'APIs of other accounts',
      python: 'Python, by a template',
      openapi: 'OpenAPI',
      browser: 'The same rules in the browser',
      'okta-recipes': 'Recipes for Okta',
    }),
  },
  {
    text: 'How to change the map',
    items: folder('how-to', {
      'who-may-call': 'Who may call what',
      'add-a-group': 'Add a group',
      tiers: 'Quotas, and tiers of them',
      machines: 'Machines',
      stages: 'Staging and production',
      enforce: 'From shadow mode to enforcement',
      'roll-back': 'Roll back a map',
    }),
  },
  {
    text: 'How to run it',
    items: folder('how-to', {
      troubleshooting: 'Troubleshooting',
      'try-a-token': 'Try your token',
      'why-refused': 'Find why a call was refused',
      leavers: 'Leavers',
      'revocation-hub': 'Set up a revocation hub',
      block: 'Block somebody now',
      watch: 'Watch it',
      runbook: 'Runbook',
      trends: 'Read the audit trail',
      harden: 'Harden it',
      remove: 'Take it away',
      extending: 'Add a key of the map',
    }),
  },
  {
    text: 'Reference',
    items: [
      ...folder('reference', {
        configuration: 'Configuration',
        commands: 'Commands',
        codes: 'Codes and reasons',
        props: 'Props',
        answers: 'What callers and back ends get',
        outputs: 'Outputs',
        audit: 'Records',
        metrics: 'Metrics',
        tokens: 'Tokens',
        'okta-commands': 'Rules of the okta commands',
        limits: 'Limits',
        versions: 'Versions and support',
        glossary: 'Glossary',
      }),
      { text: 'API of the constructs', link: '/api/' },
    ],
  },
  {
    text: 'Explanation',
    items: [
      ...folder('explanation', {
        architecture: 'How a decision is made',
        paths: 'Paths',
        quotas: 'Quotas under concurrency',
        caching: 'Why policies leak, and the proof',
        'shadow-mode': 'Shadow mode',
        keys: 'Keys and outages',
        leavers: 'What happens when somebody leaves',
        okta: 'What Okta can and cannot do',
        security: 'Threat model',
        comparison: 'Compared with others',
        costs: 'Costs',
        performance: 'Performance',
      }),
      { text: 'Decisions', link: '/decisions/' },
    ],
  },
];
