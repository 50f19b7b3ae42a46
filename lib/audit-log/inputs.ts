/**
 * Reads lines from files, folders of files and standard input; each piece by piece,
 * compressed ones as well.
 */
import { createReadStream, readdirSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip } from 'node:zlib';
import { code } from '../access-map/report/problems.ts';
import { AuditLogError } from './audit-log-error.ts';

export interface Line {
  readonly text: string;
  /** `decisions.jsonl:12`, or the log group. */
  readonly place: string;
}

/** Lines of one file or stream, some at a time. */
export interface Input {
  readonly name: string;
  /** It can be read once only. */
  readonly once?: true;
  keep(): AsyncIterable<readonly Line[]>;
}

/** A longer line is not a log line; it is counted as unreadable. */
const MAX_LINE = 64 * 1024 * 1024;
/** What a folder is searched for; other files of it are left alone. */
const LOG_FILE = /\.(?:jsonl|ndjson|json|log|txt)(?:\.gz)?$|(?:^|\/)[^./]+\.gz$/;

/**
 * @param names files, folders, or `-` for standard input.
 * @throws AuditLogError for a name that is neither file nor folder, and for a folder without logs.
 */
export function fileInputs(
  names: readonly string[],
  cwd: string,
  stdin: AsyncIterable<Uint8Array> | undefined,
): readonly Input[] {
  return names.flatMap((name): readonly Input[] => {
    if (name !== '-') return filesOf(resolve(cwd, name), name).map((path) => fileInput(path, cwd));
    if (stdin === undefined)
      throw new AuditLogError('expected records on the standard input, found none');
    return [
      {
        name: 'standard input',
        once: true,
        keep: () => linesOf(gunzipped(stdin), 'standard input'),
      },
    ];
  });
}

function filesOf(path: string, named: string): readonly string[] {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined)
    throw new AuditLogError(
      `expected a file or a folder of records, found nothing at ${code(named)}`,
    );
  if (!found.isDirectory()) return [path];
  const files = readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((file) => LOG_FILE.test(file))
    .map((file) => join(path, file))
    .filter((file) => statSync(file).isFile());
  if (files.length === 0)
    throw new AuditLogError(
      `expected files ending in .jsonl, .json, .log or .gz in ${code(named)}, found none`,
    );
  return files.toSorted();
}

function fileInput(path: string, cwd: string): Input {
  const below = relative(cwd, path);
  const name = below.startsWith('..') ? path : below;
  return { name, keep: () => linesOf(gunzipped(createReadStream(path)), name) };
}

const GZIP = [0x1f, 0x8b] as const;

/** The bytes, decompressed where the first two say gzip. */
async function* gunzipped(bytes: AsyncIterable<Uint8Array | string>): AsyncIterable<Uint8Array> {
  const iterator = bytes[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  let next = await iterator.next();
  for (; !next.done && head.length < GZIP.length; next = await iterator.next())
    head = Buffer.concat([head, Buffer.from(next.value)]);
  const all = async function* (): AsyncIterable<Uint8Array> {
    yield head;
    for (; !next.done; next = await iterator.next()) yield Buffer.from(next.value);
  };
  if (head[0] !== GZIP[0] || head[1] !== GZIP[1]) {
    yield* all();
    return;
  }
  const unzip = createGunzip();
  // A failure of either end reaches the reader through the stream it reads from.
  pipeline(Readable.from(all()), unzip, () => undefined);
  yield* unzip as AsyncIterable<Uint8Array>;
}

async function* linesOf(
  bytes: AsyncIterable<Uint8Array>,
  name: string,
): AsyncIterable<readonly Line[]> {
  const decoder = new StringDecoder('utf8');
  const line = lineBuffer();
  let number = 0;
  const placed = (text: string): Line => ({ text, place: `${name}:${++number}` });
  try {
    for await (const chunk of bytes) {
      const [first = '', ...others] = decoder.write(Buffer.from(chunk)).split('\n');
      line.add(first);
      const last = others.pop();
      if (last === undefined) continue;
      yield [line.take(), ...others].map(placed);
      line.add(last);
    }
  } catch (error) {
    const { code: found = error instanceof Error ? error.message : 'an error' } =
      error as NodeJS.ErrnoException;
    throw new AuditLogError(
      `${name}:${number + 1}: expected a file that can be read to its end, found ${found}`,
      { cause: error },
    );
  }
  line.add(decoder.end());
  const text = line.take();
  if (text !== '') yield [placed(text)];
}

/** A line that comes in pieces, put together once. */
function lineBuffer(): { add(piece: string): void; take(): string } {
  let pieces: string[] = [];
  let length = 0;
  return {
    add(piece) {
      length += piece.length;
      if (length > MAX_LINE) pieces = [];
      else if (piece !== '') pieces.push(piece);
    },
    take() {
      const text = length > MAX_LINE ? '(a line of more than 64 MB)' : pieces.join('');
      [pieces, length] = [[], 0];
      return text;
    },
  };
}
