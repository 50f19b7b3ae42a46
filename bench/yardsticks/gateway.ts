/**
 * What every yardstick reads of an event, and answers: an allow for the one method that was asked.
 */
export interface GatewayEvent {
  readonly methodArn: string;
  readonly headers: { readonly Authorization: string };
}

export const bearer = ({ headers }: GatewayEvent): string => headers.Authorization.slice(7);

export const allow = (principalId: string, { methodArn }: GatewayEvent, used: number) => ({
  principalId,
  policyDocument: {
    Version: '2012-10-17',
    Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: methodArn }],
  },
  context: { used },
});

const variable = (name: string): string => process.env[name] ?? '';

export const ISSUER = variable('BENCH_ISSUER');
export const AUDIENCE = variable('BENCH_AUDIENCE');
export const KEYS = `${ISSUER}/v1/keys`;
