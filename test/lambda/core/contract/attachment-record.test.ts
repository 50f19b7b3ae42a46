/** The record of an attachment as text: what this version writes, and what it reads. */
import { expect, test } from '@jest/globals';
import {
  EMPTY_RECORD,
  NO_UNMAPPED,
  readRecord,
  recordText,
  recordTextWithoutFormat,
} from '../../../../lambda/core/contract/attachment-record.ts';
import { LaterFormat } from '../../../../lambda/core/contract/stored-formats.ts';

const record = { unpublished: true, routes: {} };

test('what is written is read, with and without a form', () => {
  expect(readRecord(recordText(record), EMPTY_RECORD)).toEqual(record);
  expect(readRecord(recordTextWithoutFormat(record), EMPTY_RECORD)).toEqual(record);
  expect(JSON.parse(recordText(record))).toMatchObject({ format: 1 });
});

test('an item that is not there is an empty record', () => {
  expect(readRecord(undefined, NO_UNMAPPED)).toBe(NO_UNMAPPED);
});

test.each([2, '1', null])('a record of the form %j is not read', (format) => {
  expect(() => readRecord(JSON.stringify({ ...record, format }), EMPTY_RECORD)).toThrow(
    LaterFormat,
  );
});
