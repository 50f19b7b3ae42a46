/** Whether the deployed function has the code that this version makes of the map. */
import { createHash } from 'node:crypto';
import type { AccessMap } from '../../access-map/index.ts';
import { type CodeVerdict, compareFiles } from '../../authorizer/deployed-files.ts';
import { ServiceError, UsageError } from '../shell/command.ts';
import { askAws } from './ask-aws.ts';
import { findDeployed } from './deployed-authorizer.ts';
import { type FunctionCode, readFunctionCode } from './lambda-code.ts';
import { type LiveAws, liveAws } from './live-aws.ts';

/** What is asked of AWS; tests hand in their own. */
export interface CodeAws extends Pick<LiveAws, 'findStack' | 'findStacksOf'> {
  /** Undefined where there is no such function. */
  readCode(arn: string): Promise<FunctionCode | undefined>;
}

export const codeAws: CodeAws = { ...liveAws, readCode: readFunctionCode };

/**
 * @param named what the command line says of stack and function.
 * @throws UsageError where nothing says which function; ServiceError where AWS does not tell.
 */
export async function compareCode(
  map: AccessMap,
  named: { readonly stack?: string; readonly function?: string },
  aws: CodeAws,
): Promise<CodeVerdict> {
  return askAws('what code the function has', async () => {
    const arn = named.function ?? (await findDeployed(map, named.stack, aws))?.authorizer;
    if (arn === undefined)
      throw new UsageError(
        `expected a stack whose outputs name the function of the map \`${map.name}\`, found none: give \`--stack\`, or \`--function\` with its ARN`,
        { code: 'STACK_UNKNOWN' },
      );
    const found = await aws.readCode(arn);
    if (found === undefined)
      return { isSame: false, says: `expected the function \`${arn}\`, found none` };
    if (createHash('sha256').update(found.zip).digest('base64') !== found.sha256)
      throw new ServiceError(
        'FUNCTION_CODE_CHANGING',
        'expected the code whose digest Lambda reports, found other code: a deployment may be in progress, try again',
      );
    return compareFiles(map, found.zip);
  });
}
