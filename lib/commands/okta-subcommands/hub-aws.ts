/** What the commands ask of AWS for the hubs of revoked tokens: outputs of stacks, and secrets. */

/** What is asked of AWS. */
export interface HubAws {
  /** Outputs of the account's stacks in the Region: of one, by its name, or of all. */
  outputs(stackName?: string): Promise<readonly Readonly<Record<string, string>>[]>;
  readSecret(arn: string): Promise<string>;
  writeSecret(arn: string, text: string): Promise<void>;
}

/** The account and Region of the environment's credentials. */
export const hubAws: HubAws = {
  async outputs(stackName) {
    const { CloudFormationClient, paginateDescribeStacks } = await import(
      '@aws-sdk/client-cloudformation'
    );
    const client = new CloudFormationClient({});
    const found: Readonly<Record<string, string>>[] = [];
    const query = stackName === undefined ? {} : { StackName: stackName };
    try {
      for await (const { Stacks = [] } of paginateDescribeStacks({ client }, query))
        for (const { Outputs = [] } of Stacks)
          found.push(
            Object.fromEntries(
              Outputs.map(({ OutputKey, OutputValue }) => [OutputKey ?? '', OutputValue ?? '']),
            ),
          );
    } catch (error) {
      // CloudFormation's word for a stack that is not there.
      if (!(error instanceof Error && error.name === 'ValidationError')) throw error;
    }
    return found;
  },
  async readSecret(arn) {
    const { GetSecretValueCommand, SecretsManagerClient } = await import(
      '@aws-sdk/client-secrets-manager'
    );
    const get = new GetSecretValueCommand({ SecretId: arn });
    return (await new SecretsManagerClient({}).send(get)).SecretString ?? '';
  },
  async writeSecret(arn, text) {
    const { PutSecretValueCommand, SecretsManagerClient } = await import(
      '@aws-sdk/client-secrets-manager'
    );
    const put = new PutSecretValueCommand({ SecretId: arn, SecretString: text });
    await new SecretsManagerClient({}).send(put);
  },
};
