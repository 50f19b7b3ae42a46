/** Functions, tables and alarms of the package are made in one place each. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { sourceFiles } from '../../support/folder-graph.ts';

const files = sourceFiles(['lib']).map((file) => [file, readFileSync(file, 'utf8')] as const);

/** Classes that make a resource, by the module of the CDK that has them. */
const CLASSES = {
  'aws-lambda': /^\w*Function$/,
  'aws-lambda-nodejs': /^\w*Function$/,
  'aws-dynamodb': /^\w*Table(?:V2)?$/,
  'aws-cloudwatch': /^\w*Alarm$/,
} as const;
type Module = keyof typeof CLASSES;

/**
 * Each time a text makes one, by `new` or as a class of its own, under whatever name it imports.
 */
function madeIn(text: string, module: Module): number {
  const imports = text.matchAll(
    new RegExp(`^import (?!type\\b)([^;]*?) from 'aws-cdk-lib/${module}';`, 'gm'),
  );
  const names = [...imports].flatMap(([, clause = '']) => namesIn(clause, CLASSES[module]));
  if (names.length === 0) return 0;
  return [...text.matchAll(new RegExp(`\\b(?:new|extends) (?:${names.join('|')})\\b`, 'g'))].length;
}

/** As the file calls them: `Function as LambdaFunction` is the latter. */
function namesIn(clause: string, classes: RegExp): readonly string[] {
  const whole = /^\* as (\w+)$/.exec(clause);
  if (whole) return [`${whole[1]}\\.\\w+`];
  return clause
    .replace(/[{}]/g, '')
    .split(',')
    .map((name) => name.trim().split(' as '))
    .filter(([name = '']) => classes.test(name))
    .map(([name = '', alias = name]) => alias);
}

const makersOf = (module: Module): readonly string[] =>
  files.filter(([, text]) => madeIn(text, module) > 0).map(([file]) => file);

describe('one home', () => {
  test('have functions', () => {
    expect(makersOf('aws-lambda')).toEqual(['lib/resources/own-function.ts']);
    expect(makersOf('aws-lambda-nodejs')).toEqual([]);
  });

  test('have alarms', () => {
    expect(makersOf('aws-cloudwatch')).toEqual(['lib/watch/own-alarm.ts']);
  });

  // A table is a class or a member of its construct, which the logical id shows.
  test('have the properties of tables: each table asks for them', () => {
    const tables = files.filter(([, text]) => madeIn(text, 'aws-dynamodb') > 0);
    expect(tables.length).toBeGreaterThan(0);
    const without = tables.filter(
      ([, text]) => text.split(/\bownTableProps\(/).length - 1 < madeIn(text, 'aws-dynamodb'),
    );
    expect(without.map(([file]) => file)).toEqual([]);
  });

  test.each([
    ['roles of functions', 'lambda.amazonaws.com', 'lib/resources/own-function.ts'],
    ['rights to a log', 'logs:PutLogEvents', 'lib/resources/own-function.ts'],
    ['modes of billing of tables', 'BillingMode.', 'lib/resources/own-table.ts'],
  ])('have %s', (_, text, home) => {
    expect(files.filter(([, code]) => code.includes(text)).map(([file]) => file)).toEqual([home]);
  });

  // `aws_lambda` of the CDK's root would hide what is made.
  test('nobody takes a module of the CDK from its root', () => {
    const taken = files.filter(([, text]) => /\baws_(?:lambda|dynamodb|cloudwatch)\b/.test(text));
    expect(taken.map(([file]) => file)).toEqual([]);
  });

  test.each([
    ["import { Function as Own } from 'aws-cdk-lib/aws-lambda';\nnew Own(this, 'A', {});", 1],
    ["import * as lambda from 'aws-cdk-lib/aws-lambda';\nnew lambda.Function(this, 'A');", 1],
    ["import { CfnFunction } from 'aws-cdk-lib/aws-lambda';\nnew CfnFunction(this, 'A');", 1],
    ["import { Function } from 'aws-cdk-lib/aws-lambda';\nclass A extends Function {}", 1],
    ["import type { Function } from 'aws-cdk-lib/aws-lambda';\nlet a: Function;", 0],
    ["import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';\nnew LambdaFunction();", 0],
  ])('is seen in %s', (text, made) => {
    expect(madeIn(text, 'aws-lambda')).toBe(made);
  });
});
