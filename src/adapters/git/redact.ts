/** Takes every secret out of a text, and everything between `//` and `@`. Short secrets are left: they would shred the text. */
export function redact(text: string, secrets: readonly string[]): string {
  let clean = text.replace(/(\/\/)[^/@\s]+@/g, '$1')
  for (const secret of secrets) if (secret.length >= 4) clean = clean.replaceAll(secret, '[secret]')
  return clean
}
