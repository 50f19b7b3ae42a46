/** What the routes were before the first change, kept where a crash cannot lose it. */
import type { Authorization, LiveRoute } from '../gateway/live-api.ts';

export interface FormerState extends Authorization {
  readonly apiKeyRequired: boolean;
}

export interface AttachmentRecord {
  /** REST: the stage that is published. */
  readonly stage?: string;
  /** Routes were changed that the stage may not serve yet. */
  readonly unpublished: boolean;
  /** By route key: every route that carries our authorizer, or is about to. */
  readonly routes: Readonly<Record<string, FormerState>>;
}

export const EMPTY_RECORD: AttachmentRecord = { unpublished: false, routes: {} };

export interface Store<T> {
  /** The empty one where there is none. Strongly consistent. */
  load(): Promise<T>;
  /** Durable when it returns. */
  save(record: T): Promise<void>;
  remove(): Promise<void>;
}

export type RecordStore = Store<AttachmentRecord>;

export const formerState = ({ authorization, apiKeyRequired }: LiveRoute): FormerState => ({ ...authorization, apiKeyRequired });
