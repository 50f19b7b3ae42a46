/**
 * The TypeScript type of a JSON Schema literal, for the keywords that the access map's definition
 * uses.
 */
export type FromSchema<Schema> = Schema extends { readonly type: readonly (infer Type)[] }
  ? Type extends string
    ? OfType<Type, Schema>
    : never
  : Schema extends { readonly type: infer Type extends string }
    ? OfType<Type, Schema>
    : never;

type OfType<Type extends string, Schema> = Type extends keyof Types<Schema>
  ? Types<Schema>[Type]
  : never;

/** By the name that JSON Schema gives a type. */
interface Types<Schema> {
  readonly string: Schema extends { readonly enum: readonly (infer Member)[] } ? Member : string;
  readonly integer: number;
  readonly number: number;
  readonly boolean: boolean;
  readonly null: null;
  readonly array: Schema extends { readonly items: infer Item }
    ? readonly FromSchema<Item>[]
    : readonly unknown[];
  readonly object: ObjectOf<Schema>;
}

type ObjectOf<Schema> = Schema extends { readonly properties: infer Properties }
  ? {
      readonly [Key in keyof Properties as Key extends RequiredOf<Schema>
        ? Key
        : never]: FromSchema<Properties[Key]>;
    } & {
      readonly [Key in keyof Properties as Key extends RequiredOf<Schema> ? never : Key]?:
        | FromSchema<Properties[Key]>
        | undefined;
    }
  : Schema extends { readonly additionalProperties: infer Value }
    ? { readonly [name: string]: FromSchema<Value> }
    : { readonly [name: string]: unknown };

type RequiredOf<Schema> = Schema extends { readonly required: readonly (infer Key)[] }
  ? Key
  : never;
