/**
 * The code that Node or OpenSSL gives to what went wrong on the way to a server; never the text of an error, which may hold what was sent.
 * That of `fetch` stands with its cause.
 */
export function faultCode(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  const found = [error, cause].find((one) => one instanceof Error && 'code' in one && /^[A-Z0-9_]{2,60}$/.test(String(one.code)))
  return found instanceof Error && 'code' in found ? String(found.code) : 'no code'
}
