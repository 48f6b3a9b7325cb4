/** The fault that a promise ends with. */
export async function faultOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

/** Everything that a log or a person could see of an error. */
export function everythingIn(error: unknown): string {
  const seen: string[] = []
  for (let at = error; at instanceof Error; at = at.cause)
    seen.push(String(at), at.message, at.stack ?? '', JSON.stringify(at), JSON.stringify(Object.getOwnPropertyDescriptors(at)))
  return seen.join('\n')
}
