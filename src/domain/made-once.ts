/**
 * What is made from an object, made once for each: whoever keeps answers by the object that gave them keeps them by what is made from it as
 * well. Forgotten with the object.
 */
export function madeOnce<From extends object, Made>(make: (from: From) => Made): (from: From) => Made {
  const made = new WeakMap<From, Made>()
  return (from) => {
    const known = made.get(from)
    if (known !== undefined) return known
    const fresh = make(from)
    made.set(from, fresh)
    return fresh
  }
}
