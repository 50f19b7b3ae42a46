/**
 * The constructs themselves, bundled from the build of the npm package. The classes of this folder
 * inherit them, in shapes that jsii carries to other languages, and have no fields of their own.
 */
import type * as Core from '../bundled/lib/index';

// Two folders below `bundled/`, from where the constructs find the code of their functions.
const core: typeof Core & MadeOnly = require('../bundled/lib/constructs/index.js');

export { type Core, core };

/** Classes that others make, so that the npm package exports their types alone. */
interface MadeOnly {
  readonly AccessAlarms: object;
  readonly AccessDashboard: object;
  readonly Detector: object;
  readonly HubAlarms: object;
}

/** Where jsii's compiler writes of each class which type of the package it is. */
const TYPE = Symbol.for('jsii.rtti');

/**
 * Objects of `made`, a class of the constructs, are known to jsii as `face`. Without this they
 * would be of the nearest class that jsii has compiled: `Construct`.
 */
export function known(made: object, face: object): void {
  Object.defineProperty(made, TYPE, { value: Reflect.get(face, TYPE) });
}

/** A class of the constructs as jsii may inherit it: by the nearest class that jsii knows. */
export type Face<Known, Arguments extends readonly unknown[]> = new (...args: Arguments) => Known;

/**
 * An object that the constructs made, with the methods of the class that jsii knows. That class
 * inherits the object's own and adds no fields, so that nothing of the object changes.
 */
export function adopt<Known extends object>(
  made: unknown,
  face: { readonly prototype: Known },
): Known {
  return made instanceof (face as unknown as new () => Known)
    ? made
    : (Object.setPrototypeOf(made, face.prototype) as Known);
}

/**
 * Without what was not given: to the constructs a key with `undefined` in it is one that was given.
 */
export function given<Options extends object>(options: Options): Options {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as Options;
}
