/** `--json`: what a command prints, whose fields the contract lists. */
import type { EVERY_JSON_FIELD, JSON_FIELDS } from '../../../lambda/core/contract/json-output.ts';
import type { Json } from '../../okta/org.ts';
import { escapeControls, type Io, redactTokens } from './io.ts';

type Command = keyof typeof JSON_FIELDS;

type Listed<Name extends Command> =
  | (typeof JSON_FIELDS)[Name][number]
  | (typeof EVERY_JSON_FIELD)[number];
/** What has the form of somebody else may be an object of any names. */
type Known<Path> = Path | (Path extends `${infer Head}.**` ? `${Head}.*` : never);

type Plain = string | number | boolean;
type Below<At extends string, Key extends string> = At extends '' ? Key : `${At}.${Key}`;

/**
 * Paths of the values of a type, in the contract's notation. What has no type has the path `?`,
 * which nobody lists.
 */
type PathsOf<Value, At extends string = ''> = unknown extends Value
  ? `${At}?`
  : [Exclude<Json, null>] extends [Value]
    ? `${At}.**`
    : Value extends Plain
      ? At
      : Value extends readonly (infer Item)[]
        ? PathsOf<Given<Item>, `${At}[]`>
        : string extends keyof Value
          ? `${At}.*`
          : {
              [Key in keyof Value & string]: PathsOf<Given<Value[Key]>, Below<At, Key>>;
            }[keyof Value & string];
type Given<Value> = Exclude<Value, null | undefined>;

type Unlisted<Value, Name extends Command> = Exclude<PathsOf<Value>, Known<Listed<Name>>>;
/** Every value, where each of its fields is listed. */
type AsListed<Value, Name extends Command> = [Unlisted<Value, Name>] extends [never]
  ? unknown
  : { readonly 'not listed in the contract': Unlisted<Value, Name> };

/**
 * JSON without spaces.
 * @param _command whose fields these are: one that the contract does not list does not compile.
 */
export const jsonText = <Name extends Command, Value>(
  _command: Name,
  value: Value & AsListed<Value, Name>,
): string => JSON.stringify(value);

/** One line. */
export const writeJson = <Name extends Command, Value>(
  io: Io,
  _command: Name,
  value: Value & AsListed<Value, Name>,
): void => writeJsonValue(io, value);

/** Writes a value that a command has printed as text, or cannot print. */
export const writeJsonValue = (io: Io, value: unknown): void =>
  io.out(`${escapeControls(redactTokens(JSON.stringify(value)))}\n`);
