/**
 * Context of the CDK app, in cdk.json or after `-c`: the app and the constructs read it, commands
 * read `accessMap` of cdk.json, messages name it. docs/reference/configuration.md explains each;
 * the props of the stack that have their own names there are in bin/context-values.ts.
 */
export const APP_CONTEXT = {
  /** A file's name, a glob of several, the map itself, or the map as JSON text. */
  accessMap: 'accessMap',
  /** Folder that files named by maps lie below. */
  root: 'root',
  /** Plain http for an issuer on this machine; only local runs set it. */
  loopbackIssuer: 'loopbackIssuer',
  /** False for no alarms, dashboard, detector and saved queries. */
  watch: 'watch',
  savedQueries: 'savedQueries',
  /** ARN of the SNS topic that alarms are sent to. */
  alarmTopic: 'alarmTopic',
  /** Which client of DynamoDB runs on the path of a call. */
  storeClient: 'storeClient',
  /** Leaves the tests of maps out of synthesis. */
  skipTests: 'skipTests',
  /** Any text: a new one makes an attachment run again though nothing else changed. */
  forceUpdate: 'attachAgain',
} as const;

export type AppContext = (typeof APP_CONTEXT)[keyof typeof APP_CONTEXT];
