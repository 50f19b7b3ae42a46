import type { SentPath } from '../../lambda/authorizer/gateway-request.ts';

/** A plain request of a route, whose parameters have values that read as nothing else. */
export const plainlySent = (route: string): SentPath => {
  const template = route.slice(route.indexOf(' ') + 1);
  const path = template === '$default' ? '/value-1' : template.replace(/\{[^{}]*\}/g, 'value-1');
  return { paths: [path], others: [], overrides: [], customDomain: false };
};
