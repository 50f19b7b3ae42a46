/** Functions, tables and alarms of the package are made in one place each. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { sourceFiles } from '../../support/rooms.ts';

const files = sourceFiles(['lib']).map((file) => [file, readFileSync(file, 'utf8')] as const);

test.each([
  { what: 'functions', text: 'new LambdaFunction(scope,', home: 'lib/resources/own-function.ts' },
  {
    what: 'roles of functions',
    text: 'lambda.amazonaws.com',
    home: 'lib/resources/own-function.ts',
  },
  { what: 'rights to a log', text: 'logs:PutLogEvents', home: 'lib/resources/own-function.ts' },
  { what: 'tables', text: 'BillingMode.', home: 'lib/resources/own-table.ts' },
  { what: 'alarms', text: 'new Alarm(', home: 'lib/watch/own-alarm.ts' },
])('$what have one home', ({ text, home }) => {
  expect(files.filter(([, code]) => code.includes(text)).map(([file]) => file)).toEqual([home]);
});
