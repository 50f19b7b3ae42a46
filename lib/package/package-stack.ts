/**
 * The authorizer of a map as one template that needs no CDK to be deployed: no bootstrap, no
 * metadata of the CDK; the code lies where two parameters say.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  App,
  Aws,
  CfnCondition,
  CfnParameter,
  type DockerImageAssetLocation,
  type FileAssetLocation,
  type FileAssetSource,
  Fn,
  type IStackSynthesizer,
  type ISynthesisSession,
  StackSynthesizer,
} from 'aws-cdk-lib';
import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnFunction, CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { stackNameOf } from '../../lambda/core/contract/own-names.ts';
import type { AccessMap } from '../access-map/index.ts';
import { AccessStack } from '../stack/access-stack.ts';
import { recommendedFlags } from '../stack/recommended-flags.ts';
import type { Template } from './template.ts';
import { type Zip, zipOf } from './zip.ts';

/** Parameters of the template; each but the code's place has a default. */
export const PARAMETER = {
  apiId: 'ApiId',
  alarmTopic: 'AlarmTopicArn',
  logRetention: 'LogRetentionDays',
  memory: 'MemorySize',
  bucket: 'CodeBucket',
  key: 'CodeKey',
} as const;

export interface PackagedStack {
  readonly template: Template;
  readonly zip: Zip;
}

/** Assets go where parameters say, and nobody publishes them. */
class CodeByParameters extends StackSynthesizer {
  readonly folders: string[] = [];

  override addFileAsset({ fileName = '' }: FileAssetSource): FileAssetLocation {
    this.folders.push(fileName);
    const [bucketName, objectKey] = [Fn.ref(PARAMETER.bucket), Fn.ref(PARAMETER.key)];
    const s3ObjectUrl = `s3://${bucketName}/${objectKey}`;
    const httpUrl = `https://s3.${Aws.REGION}.${Aws.URL_SUFFIX}/${bucketName}/${objectKey}`;
    return { bucketName, objectKey, s3ObjectUrl, httpUrl };
  }

  override addDockerImageAsset(): DockerImageAssetLocation {
    throw new Error('expected no container image in the authorizer');
  }

  override synthesize(session: ISynthesisSession): void {
    this.synthesizeTemplate(session);
    this.emitArtifact(session);
  }
}

/**
 * @param map one with `api.authorizerOnly`
 * @throws AccessMapError as the stack does.
 */
export function packagedStack(map: AccessMap): PackagedStack {
  const outdir = mkdtempSync(join(tmpdir(), 'okta-group-authorizer-'));
  try {
    const app = new App({
      outdir,
      analyticsReporting: false,
      treeMetadata: false,
      context: { ...recommendedFlags() },
    });
    const synthesizer = new CodeByParameters();
    const stack = new AccessStack(app, stackNameOf(map.name), {
      map,
      // Under `exactOptionalPropertyTypes` the class is not assignable to its own interface.
      synthesizer: synthesizer as IStackSynthesizer,
      // What else a stack of ours has needs more functions or is no part of an authorizer.
      watch: { detector: false, dashboard: false, savedQueries: false },
    });
    parameterize(stack, map);
    const { stacks } = app.synth();
    const [folder = ''] = synthesizer.folders;
    const file = stacks[0]?.templateFullPath ?? '';
    return {
      template: JSON.parse(readFileSync(file, 'utf8')) as Template,
      zip: zipOf(join(outdir, folder)),
    };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** What a reader of the template may want to set without another map. */
function parameterize(stack: AccessStack, { api: { callers } }: AccessMap): void {
  // A map that lists the callers leaves nothing to choose.
  const choosesCaller = callers === undefined;
  addParameters(stack, choosesCaller);
  const condition = Fn.conditionNot(Fn.conditionEquals(Fn.ref(PARAMETER.alarmTopic), NO_TOPIC));
  new CfnCondition(stack, 'HasAlarmTopic', { expression: condition });
  for (const node of stack.node.findAll()) {
    if (node instanceof CfnFunction)
      node.addPropertyOverride('MemorySize', { Ref: PARAMETER.memory });
    if (node instanceof CfnLogGroup)
      node.addPropertyOverride('RetentionInDays', { Ref: PARAMETER.logRetention });
    if (node instanceof CfnPermission && choosesCaller)
      node.addPropertyOverride('SourceArn', { 'Fn::Sub': CALLER });
    if (node instanceof CfnAlarm) parameterizeAlarm(stack, node);
  }
}

function addParameters(stack: AccessStack, choosesCaller: boolean): void {
  const text = (id: string, description: string, otherwise?: string): CfnParameter =>
    new CfnParameter(stack, id, {
      type: 'String',
      description,
      ...(otherwise !== undefined && { default: otherwise }),
    });
  text(PARAMETER.bucket, 'S3 bucket of this Region that holds the code, authorizer.zip');
  text(PARAMETER.key, 'Key of the code in that bucket; another key for other code');
  if (choosesCaller)
    text(
      PARAMETER.apiId,
      'API whose authorizers may call the function; * for every one of this account',
      '*',
    );
  text(PARAMETER.alarmTopic, 'SNS topic that alarms are sent to; `none` for no topic', NO_TOPIC);
  for (const [id, otherwise, description] of [
    [PARAMETER.logRetention, retentionOf(stack), 'Days that decision records are kept'],
    [PARAMETER.memory, 512, 'Memory of the function, in MiB'],
  ] as const)
    new CfnParameter(stack, id, { type: 'Number', default: otherwise, description });
}

function parameterizeAlarm({ stackName }: AccessStack, alarm: CfnAlarm): void {
  const actions = Fn.conditionIf('HasAlarmTopic', [Fn.ref(PARAMETER.alarmTopic)], Aws.NO_VALUE);
  for (const kind of ['AlarmActions', 'OKActions']) alarm.addPropertyOverride(kind, actions);
  // The template may be deployed under any name, and twice in an account.
  const name = alarm.alarmName?.replace(stackName, '${AWS::StackName}');
  alarm.addPropertyOverride('AlarmName', { 'Fn::Sub': name });
}

const NO_TOPIC = 'none';
const CALLER = `arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${${PARAMETER.apiId}}/authorizers/*`;

function retentionOf(stack: AccessStack): number {
  const logs = stack.node.findAll().filter((node) => node instanceof CfnLogGroup);
  return logs[0]?.retentionInDays ?? 90;
}
