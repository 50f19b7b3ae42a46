/**
 * What keeps its spelling on a wire although the code has another word for it: what is deployed,
 * logged or scripted against reads the old one.
 */
export const LEGACY_WIRE_NAMES = [
  { written: 'FORMER_STATES', means: 'tables of prior authorizers', where: 'environment variable' },
  { written: 'Again', means: 'force update', where: 'property of the attachment' },
  { written: 'attachAgain', means: 'force update', where: 'context of the CDK app' },
  { written: 'formerLaw', means: 'prior authorizer', where: 'refusedBy of a decision record' },
  {
    written: 'unknownLaw',
    means: 'prior authorizer that is not known',
    where: 'refusedBy of a decision record',
  },
  { written: 'open', means: 'public', where: 'plan in the log of the attachment' },
  {
    written: 'open',
    means: 'allowed',
    where: 'conflicts of the exported type CachePlan and of `--json`',
  },
  { written: 'closed', means: 'not allowed', where: 'conflicts of CachePlan and of `--json`' },
  { written: 'opens', means: 'allows', where: 'field of `--json` of promote' },
  { written: 'opened', means: 'newly allowed', where: 'field of `--json` of replay' },
  { written: 'closed', means: 'newly refused', where: 'field of `--json` of replay' },
  { written: 'mend', means: 'fix', where: 'field of `--json` of coverage and of the drift check' },
  { written: 'unjudged', means: 'not evaluated', where: 'field of `--json` of okta verify' },
  { written: 'entrance', means: 'host names', where: '`api` of an AccessMap, and its version' },
  { written: 'trail', means: 'audit log', where: 'field of `--json`' },
  { written: 'behind', means: 'lag alarm', where: 'public property of the construct Detector' },
] as const;
