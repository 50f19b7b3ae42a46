import { Stack } from 'aws-cdk-lib';
import { CfnQueryDefinition, type ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ACCESS_LOG_FIELD } from '../../lambda/core/contract/access-log.ts';
import { hasCode, IS_DECISION, PARSE_GROUPS } from '../../lambda/core/contract/decision-record.ts';
import { DETECTOR_STEP_BIN } from '../../lambda/core/contract/detector-input.ts';
import { IS_FINDING } from '../../lambda/core/contract/finding-record.ts';

export interface SavedQueriesProps {
  /** The authorizer's log group, which holds the decision records. */
  readonly records: ILogGroup;
  /** The API's access log, where this app has it. */
  readonly accessLog?: ILogGroup;
  /** The detector's log group. */
  readonly findings?: ILogGroup;
  /** Whether the map follows revocations. */
  readonly revocations: boolean;
}

type Log = Exclude<keyof SavedQueriesProps, 'revocations'>;

interface SavedQuery {
  readonly id: string;
  /** Shown in the console, in a folder named after the stack. */
  readonly name: string;
  readonly logs: readonly Log[];
  /** CloudWatch Logs Insights. The analyst fills in the words in capitals. */
  readonly text: readonly string[];
  /** Only for maps that follow revocations. Default: for all. */
  readonly ofRevocations?: true;
}

/** A sampled record counts by its weight. */
const SAVED_QUERIES: readonly SavedQuery[] = [
  {
    id: 'WhoWasRefused',
    name: 'who was refused',
    logs: ['records'],
    text: [
      `filter ${IS_DECISION} and effect = "deny" and ispresent(principal.id)`,
      'stats sum(weight) as refusals, count_distinct(route) as routes, latest(code) as lastCode, latest(time) as lastTime by principal.kind, principal.id',
      'sort refusals desc',
      'limit 100',
    ],
  },
  {
    id: 'OnePrincipal',
    name: 'one principal in order of time',
    logs: ['records'],
    text: [
      `filter ${IS_DECISION} and principal.id = "PRINCIPAL"`,
      'fields time, effect, route, code, reason, rule.path, rule.at, quota.name, requestId',
      'sort @timestamp asc',
      'limit 10000',
    ],
  },
  {
    id: 'WhoWasStopped',
    name: 'who was stopped by what',
    logs: ['records'],
    ofRevocations: true,
    text: [
      `filter ${IS_DECISION} and ${hasCode('TOKEN_REVOKED')}`,
      'stats sum(weight) as refusals, earliest(time) as firstTime, latest(time) as lastTime by reason, principal.kind, principal.id, principal.cid',
      'sort refusals desc',
      'limit 200',
    ],
  },
  {
    id: 'RefusedByRule',
    name: 'refused by rule',
    logs: ['records'],
    text: [
      `filter ${IS_DECISION} and effect = "deny"`,
      'stats sum(weight) as refusals by code, rule.path, rule.at, route',
      'sort refusals desc',
      'limit 200',
    ],
  },
  {
    id: 'WouldRefuse',
    name: 'shadow mode - what enforcing would refuse',
    logs: ['records'],
    text: [
      `filter ${IS_DECISION} and ispresent(wouldDeny)`,
      'stats sum(weight) as calls, count_distinct(principal.id) as principals by route, code, reason',
      'sort calls desc',
      'limit 200',
    ],
  },
  {
    id: 'RoutesByGroup',
    name: 'routes by groups of the caller',
    logs: ['records'],
    text: [
      `filter ${IS_DECISION} and effect = "allow"`,
      PARSE_GROUPS,
      'stats sum(weight) as calls by route, names',
      'sort route asc, calls desc',
      'limit 1000',
    ],
  },
  {
    id: 'BadTokens',
    name: 'bad tokens by code',
    logs: ['records'],
    text: [
      `filter ${IS_DECISION} and effect = "deny" and not ispresent(principal.id)`,
      `stats sum(weight) as refusals by ${DETECTOR_STEP_BIN}, code, reason`,
      'sort refusals desc',
      'limit 500',
    ],
  },
  {
    id: 'FloodOf401',
    name: 'flood of 401 by address',
    logs: ['accessLog'],
    text: [
      `filter ${ACCESS_LOG_FIELD.status} like "401"`,
      `stats count(*) as answers, count_distinct(${ACCESS_LOG_FIELD.route}) as routes by ${ACCESS_LOG_FIELD.ip}`,
      'sort answers desc',
      'limit 100',
    ],
  },
  {
    id: 'OneRequest',
    name: 'one request in both logs',
    logs: ['records', 'accessLog'],
    text: [
      `filter ${ACCESS_LOG_FIELD.requestId} = "REQUEST-ID"`,
      'fields @log, @message',
      'sort @timestamp asc',
      'limit 20',
    ],
  },
  {
    id: 'Findings',
    name: 'findings of the detector',
    logs: ['findings'],
    text: [
      `filter ${IS_FINDING}`,
      'fields time, finding, principal, route, group, id',
      'sort @timestamp desc',
      'limit 200',
    ],
  },
];

/** Queries of the audit trail, saved in the console of CloudWatch Logs Insights. */
export class SavedQueries extends Construct {
  constructor(scope: Construct, id: string, props: SavedQueriesProps) {
    super(scope, id);
    for (const query of SAVED_QUERIES) {
      if (query.ofRevocations === true && !props.revocations) continue;
      const groups = query.logs.map((log) => props[log]);
      const there = groups.filter((group) => group !== undefined);
      if (there.length < groups.length) continue;
      new CfnQueryDefinition(this, query.id, {
        name: `${Stack.of(this).stackName}/${query.name}`,
        queryString: query.text.join('\n| '),
        logGroupNames: there.map((group) => group.logGroupName),
      });
    }
  }
}
