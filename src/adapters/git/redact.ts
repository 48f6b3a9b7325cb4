import { withoutCredentials } from '../../domain/words/credentials.ts'

/** Takes every secret out of a text, and what its URLs have before an `@`. Short secrets are left: they would shred the text. */
export function redact(text: string, secrets: readonly string[]): string {
  let clean = withoutCredentials(text)
  for (const secret of secrets) if (secret.length >= 4) clean = clean.replaceAll(secret, '[secret]')
  return clean
}
