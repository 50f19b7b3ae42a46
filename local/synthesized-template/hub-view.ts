/** The template's hub of revoked tokens: which of its functions does what. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { asFunctionArn, TemplateError } from './intrinsics.ts';
import type { Scope } from './scope.ts';

export interface HubView {
  /** ARNs by what the functions do. */
  readonly receive?: string;
  readonly heartbeat: string;
  readonly snapshot: string;
  /** What the receiver's variable names its secret by. */
  readonly secret?: string;
}

const TASKS = ['receive', 'heartbeat', 'snapshot'] as const;

interface FunctionProperties {
  readonly Handler?: string;
  readonly Environment?: { readonly Variables?: Readonly<Record<string, unknown>> };
}

/** @throws TemplateError for a template with several hubs. */
export function readHub(scope: Scope): HubView | undefined {
  const found = Object.entries(scope.template.Resources ?? {})
    .filter(([, { Type }]) => Type === 'AWS::Lambda::Function')
    .map(([id, { Properties }]) => {
      const { Handler = '', Environment } = Properties as FunctionProperties;
      return { id, task: Handler.replace(/^index\./, ''), variables: Environment?.Variables ?? {} };
    })
    .filter(({ variables }) => 'HUB_TABLE' in variables);
  const byTask = TASKS.map((task) => found.filter((one) => one.task === task));
  if (byTask.some((functions) => functions.length > 1))
    throw new TemplateError('expected one hub of revoked tokens in the stack, found several');
  const arnOf = ({ id }: { readonly id: string }): string =>
    asFunctionArn(String(scope.resolve({ Ref: id })));
  const [[receive], [heartbeat], [snapshot]] = byTask as [typeof found, typeof found, typeof found];
  if (heartbeat === undefined || snapshot === undefined) return undefined;
  return {
    heartbeat: arnOf(heartbeat),
    snapshot: arnOf(snapshot),
    ...(receive && {
      receive: arnOf(receive),
      secret: String(scope.resolve(receive.variables['HUB_HOOK_SECRET'])),
    }),
  };
}

/**
 * Host of the hub's Okta org, as the settings beside its code say. @param folder of the function.
 */
export function hubOrg(folder: string): string {
  const settings = JSON.parse(readFileSync(join(folder, 'hub-settings.json'), 'utf8')) as {
    readonly org: string;
  };
  return settings.org;
}
