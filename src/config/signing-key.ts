import { createPrivateKey, type KeyObject } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'

/** The key, and its text for whoever hides secrets; or why there is none. Nothing of a key is in a reason. */
export type ReadKey = { key: KeyObject; texts: readonly string[] } | { reason: string }

const MAX_BYTES = 65_536
const MIN_LINE = 16
/** Others may do nothing, and the group may only read: Kubernetes mounts Secrets for the group of the pod. */
const NOT_FOR_OTHERS = 0o037

/** Reads the private key that checkpoints are signed by. Never throws. */
export function readSigningKey(path: string): ReadKey {
  try {
    const { mode, size } = statSync(path)
    if ((mode & NOT_FOR_OTHERS) !== 0) {
      const octal = (mode & 0o777).toString(8).padStart(4, '0')
      return { reason: `may be read or written by others (mode ${octal}); it must be 0600, 0400 or 0440 (looked at ${path})` }
    }
    if (size > MAX_BYTES) return { reason: `is longer than ${MAX_BYTES} bytes (looked at ${path})` }
    return parse(readFileSync(path, 'utf8'), path)
  } catch (fault) {
    const code = fault instanceof Error && 'code' in fault ? String(fault.code) : 'unknown'
    const what = code === 'ENOENT' ? 'does not exist' : `cannot be read, ${code}`
    return { reason: `${what} (looked at ${path})` }
  }
}

function parse(pem: string, path: string): ReadKey {
  let key: KeyObject
  try {
    key = createPrivateKey(pem)
  } catch {
    return { reason: `is no private key in PEM that can be read without a password (looked at ${path})` }
  }
  if (key.asymmetricKeyType !== 'ed25519')
    return { reason: `is a key of type ${key.asymmetricKeyType ?? 'unknown'}, not of Ed25519 (looked at ${path})` }
  // A log has it line by line. What is as short as a word before the key is no part of it, and hiding that would garble the log.
  const lines = pem.split(/\r?\n/).filter((line) => line.length >= MIN_LINE && !line.startsWith('-----'))
  return { key, texts: [pem.trim(), ...lines] }
}
