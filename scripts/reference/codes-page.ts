/**
 * docs/reference/codes.md: every refusal with its reasons, every problem of a map, and what
 * commands and the synthesis find.
 */
import {
  ALLOW_REASONS,
  type AllowReason,
  REFUSALS,
  type Refusal,
  type RefusalCode,
} from '../../lambda/core/contract/codes.ts';
import { FAILURES, type FailureCode } from '../../lambda/core/contract/failures.ts';
import { OKTA_FINDINGS } from '../../lambda/core/contract/okta-findings.ts';
import { EXIT } from '../../lib/commands/shell/command.ts';
import { explanationOf } from '../../lib/verdicts/code-explanations.ts';
import { FAILURE_TEXTS } from './failure-texts.ts';
import { FOUND_TEXTS, SYNTHESIS_TEXTS } from './found-texts.ts';
import { inCode, table } from './markdown.ts';
import { OKTA_TEXTS } from './okta-texts.ts';
import { PROBLEM_TEXTS } from './problem-texts.ts';

const INTRODUCTION = `# Codes and reasons

Closed lists: why a call is refused, what is wrong with a map, what commands and the synthesis find, an Okta
org included, and why a command ends without its result. Codes are stable; texts are not.
\`npm run configuration\` writes this page from the code; a test fails while it is not current.

## Refusals of calls

The code is in the [decision record](audit.md), in the access log and in the body that a REST API
answers with. The reason is in the record only: it is for the operator, not for the caller.
\`npx okta-group-authorizer token - < token.txt\` says it of a token.
`;

const CAUSES: Readonly<Record<AllowReason, string>> = {
  public: 'the route has no authorizer; recorded only where the gateway still asked one',
  signed_in: 'the route is under `signedIn`, and the token is valid',
  group_allows: 'a group of the caller allows the route',
  machine_allows: 'the machine may call the route',
  everyone_allows: '`everyone` allows the route',
};

const ALLOWED = `## Reasons of allowed calls

${table(
  ['reason', 'cause'],
  ALLOW_REASONS.map((reason) => [inCode(reason), CAUSES[reason]]),
)}`;

const PROBLEMS = `## Problems of a map

\`check\`, \`cdk synth\` and every command that reads a map print them as one line each: the place in the file,
what was expected, what was found, and how to fix it. The synthesis gives warnings an id,
\`okta-group-authorizer:CODE:PLACE\`.
`;

const FOUND = `## Findings of commands

The \`code\` of a problem of \`--json\`. The command ends with 1.
`;

const OKTA = `## Findings of an Okta org

The \`code\` of a finding of \`okta verify\` and \`okta plan\` with \`--json\`. The levels of \`okta verify\` are
\`error\`, \`warning\` and \`note\`, those of \`okta plan\` are \`blocks\`, \`faults\`, \`warns\` and \`notes\`. A plan
repeats an \`error\` that no apply fixes as one of \`faults\`. For a server that this tool does not manage, it repeats
each as one of \`notes\`. A finding whose \`field\` the map lists under \`okta.manage.accepted\` is a \`note\`.

Codes that \`okta verify --as\` gives have a field for a level. \`why\`: the user gets no token by a client, whose
\`code\` says why. \`unjudged\`: something may change the token or its groups and is not evaluated
(\`unjudgedFindings\`, \`unjudgedClaims\`).
`;

const FAILED = `## Failures of commands

The \`code\` of a problem of \`--json\` where a command ends without its result: it could not read what it needs, was
called wrongly, or a service could not be asked. The exit code belongs to the code.
`;

const SYNTHESIS = `## Warnings of the synthesis

Beside those of a map. The id of a warning is \`okta-group-authorizer:\` and what stands here, in most cases with what
it is about after it: \`okta-group-authorizer:routeMissing:GET /orders\`. Where a warning is meant,
\`Annotations.of(scope).acknowledgeWarning(ID, REASON)\` silences it.
`;

export function codesPage(): string {
  const refusals = (Object.keys(REFUSALS) as RefusalCode[]).map((code) => {
    const { status, reasons } = REFUSALS[code];
    const rows = reasons.map((reason) => {
      const { says, fix, okta } = explanationOf({ code, reason } as Refusal);
      return [inCode(reason), says, [fix, okta && `Okta: ${okta}`].filter(Boolean).join('. ')];
    });
    return `### ${code}\n\nAnswered with ${status}.\n\n${table(['reason', 'cause', 'fix'], rows)}`;
  });
  const problems = Object.entries(PROBLEM_TEXTS).map(([code, [says, fix]]) => [
    inCode(code),
    says,
    fix,
  ]);
  const found = Object.entries(FOUND_TEXTS).map(([code, [command, says, fix]]) => [
    inCode(code),
    inCode(command),
    says,
    fix,
  ]);
  const okta = Object.entries(OKTA_TEXTS).map(([code, [says, fix]]) => [
    inCode(code),
    OKTA_FINDINGS[code as keyof typeof OKTA_TEXTS].map(inCode).join(', '),
    says,
    fix,
  ]);
  const failed = Object.entries(FAILURE_TEXTS).map(([code, [says, fix]]) => [
    inCode(code),
    String(EXIT[FAILURES[code as FailureCode]]),
    says,
    fix,
  ]);
  const synthesis = Object.entries(SYNTHESIS_TEXTS).map(([id, [says, fix]]) => [
    inCode(id),
    says,
    fix,
  ]);
  return [
    INTRODUCTION,
    ...refusals,
    ALLOWED,
    PROBLEMS,
    table(['code', 'cause', 'fix'], problems),
    FOUND,
    table(['code', 'command', 'cause', 'fix'], found),
    OKTA,
    table(['code', 'level or field', 'cause', 'fix'], okta),
    FAILED,
    table(['code', 'exit code', 'cause', 'fix'], failed),
    SYNTHESIS,
    table(['id', 'cause', 'fix'], synthesis),
  ].join('\n');
}
