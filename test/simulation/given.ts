/** What is there once Kedge has been started. @throws Error it has not */
export function given<T>(part: T | undefined): T {
  if (part === undefined) throw new Error('Kedge has not been started')
  return part
}
