import { generateKeyPairSync } from 'node:crypto'

/** The private key of a GitHub App, which signs nothing that anybody would take. */
export function anAppKey(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1_024 })
  return privateKey.export({ type: 'pkcs1', format: 'pem' }).toString().trim()
}
