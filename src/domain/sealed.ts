/**
 * A value that must not be shown: a plugin may have put secrets into what was rendered, a person into what runs. Printed, logged, thrown or
 * written as JSON it says only that it is there; only who compares it opens it.
 */
export class Sealed {
  readonly #value: unknown

  constructor(value: unknown) {
    this.#value = value
  }

  /** The value itself. What is made of it is as secret as it is. */
  open(): unknown {
    return this.#value
  }

  toJSON(): string {
    return '[sealed]'
  }

  toString(): string {
    return '[sealed]'
  }

  // The name under which Node asks for it; a debugger's console and a failing assertion print through it.
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[sealed]'
  }
}
