import { isObject } from '../core/json/json-object.ts';

/**
 * Whether a REST API's resource policy restricts by what it allows: it does not allow everybody and
 * refuse by Deny only. A Lambda authorizer's Allow overrides such a restriction for callers of the
 * same account. Source: API Gateway, "How API Gateway resource policies affect authorization
 * workflow", table A.
 * @param apiId undefined before the API exists
 */
export function restrictsByAllow(policy: string, apiId: string | undefined): boolean {
  const statements = parse(policy);
  if (statements === undefined) return true;
  return !statements.some(
    (statement) => statement['Effect'] === 'Allow' && allowsEverything(statement, apiId),
  );
}

type Statement = Readonly<Record<string, unknown>>;

function parse(policy: string): readonly Statement[] | undefined {
  try {
    const { Statement: found } = JSON.parse(policy) as {
      readonly Statement?: Statement | readonly Statement[];
    };
    return found === undefined ? [] : ([found].flat() as readonly Statement[]);
  } catch {
    return undefined;
  }
}

function allowsEverything(statement: Statement, apiId: string | undefined): boolean {
  const { Principal: principal, Condition: condition } = statement as {
    readonly Principal?: unknown;
    readonly Condition?: unknown;
  };
  const everyone =
    principal === '*' || (isObject(principal) && listOf(principal['AWS']).includes('*'));
  const unconditional = condition === undefined || Object.keys(condition as object).length === 0;
  const invoke = listOf(statement['Action']).some((action) =>
    /^(?:\*|execute-api:(?:\*|invoke))$/i.test(action),
  );
  // `execute-api:/*` is the short form that the console writes; after the API's id nothing may be
  // left out. What names another API allows nothing here.
  const all = listOf(statement['Resource']).some((resource) => {
    const [, id] = /^arn:[^:]+:execute-api:[^:]*:[^:]*:([^/*]+)\/\*$/.exec(resource) ?? [];
    return resource === '*' || resource === 'execute-api:/*' || (id !== undefined && id === apiId);
  });
  return everyone && unconditional && invoke && all;
}

const listOf = (value: unknown): readonly string[] =>
  [value].flat().filter((item): item is string => typeof item === 'string');
