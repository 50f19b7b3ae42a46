/**
 * The attachment record: what each route was before the first change. The attachment writes it as
 * one item of a table of its own; the authorizer in shadow mode reads it.
 */
import {
  FORMAT_FIELD,
  isLaterFormat,
  LaterFormat,
  laterFormatSentence,
  STORED_FORMAT,
} from './stored-formats.ts';

/** What a route required. */
export interface PriorAuthorization {
  /** As the API names it, such as `NONE`, `JWT`, `AWS_IAM`, `CUSTOM`. */
  readonly type: string;
  readonly authorizerId?: string;
  readonly scopes: readonly string[];
  readonly apiKeyRequired: boolean;
  /**
   * What a JWT authorizer accepted; the authorizer in shadow mode keeps to it. Absent also where it
   * took the token from elsewhere than the header Authorization.
   */
  readonly jwt?: { readonly issuer: string; readonly audiences: readonly string[] };
}

export interface AttachmentRecord {
  /** REST: the stage that is published. */
  readonly stage?: string;
  /** Routes were changed that the stage may not serve yet. */
  readonly unpublished: boolean;
  /** By route key: every route that carries our authorizer, or is about to. */
  readonly routes: Readonly<Record<string, PriorAuthorization>>;
  /** Name of the stack that has taken the attachment over; this record has no effect any longer. */
  readonly handedOverTo?: string;
  readonly tookOver?: TakenOver;
  /** Absent in records of earlier versions. */
  readonly settings?: RecordedSettings;
}

/**
 * What the stack was last deployed with, wherever it says so: the map's `attachTo`, or the code.
 * `coverage` evaluates by it, as the scheduled check does.
 */
export interface RecordedSettings {
  readonly replace: readonly string[];
  readonly onUnmapped: 'fail' | 'deny' | 'leave';
  readonly otherStages: 'fail' | 'leave' | readonly string[];
  /** Findings that are accepted. */
  readonly accept: readonly string[];
}

/** The stack and table that an attachment was taken over from. */
export interface TakenOver {
  readonly stack: string;
  /** Table of its record. */
  readonly table: string;
  /** Its authorizer; absent where no route carried it. */
  readonly authorizerId?: string;
  /** Keys of the routes that its record has. */
  readonly routes: readonly string[];
}

export const EMPTY_RECORD: AttachmentRecord = { unpublished: false, routes: {} };

/**
 * Longest time for which the authorizer uses a record that it cannot read again. The attachment
 * waits longer before it puts the authorizer on a route whose record is new.
 */
export const MAX_RECORD_AGE_MS = 60_000;

/** Attributes of the item: the table's partition key, and the record as JSON text. */
export const RECORD_TEXT = 'record';

export const recordKeyOf = (apiId: string): string => apiId;
/** Key of the record of gateway responses, in the same table. */
export const responseRecordKeyOf = (apiId: string): string => `${apiId}/responses`;

/**
 * Key of the routes that the API has and the map does not have, in the same table: a path that a
 * back end may read as one of them is refused. The attachment and its check write them, the
 * authorizer reads.
 */
export const unmappedKeyOf = (apiId: string): string => `${apiId}/unmapped`;

export interface UnmappedRecord {
  /** Keys of the API: `GET /orders/export`, `ANY /admin/{proxy+}`. */
  readonly routes: readonly string[];
}

export const NO_UNMAPPED: UnmappedRecord = { routes: [] };

/**
 * Reads the text of any of the three records.
 * @param text of the item; undefined: there is no item.
 * @throws LaterFormat for a record that a later version has written in a form of its own,
 * SyntaxError for text that no version wrote.
 */
export function readRecord<T extends object>(text: string | undefined, empty: T): T {
  if (text === undefined) return empty;
  const { [FORMAT_FIELD]: format, ...record } = JSON.parse(text) as T & {
    readonly [FORMAT_FIELD]?: unknown;
  };
  if (isLaterFormat(format, STORED_FORMAT.attachmentRecord))
    throw new LaterFormat(String(format).slice(0, 20));
  return record as unknown as T;
}

export const recordText = (record: object): string =>
  JSON.stringify({ [FORMAT_FIELD]: STORED_FORMAT.attachmentRecord, ...record });

/** The message for a record of a later form. */
export const laterRecordSentence = (error: LaterFormat): string =>
  laterFormatSentence('a record of the attachment', STORED_FORMAT.attachmentRecord, error);

/** As version 0.1 wrote it, and as it may be in a table. */
export const recordTextWithoutFormat = (record: object): string => JSON.stringify(record);
