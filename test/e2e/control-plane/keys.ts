import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { RUN } from './places.ts'

/** Who may do everything: controllers and the bench itself. Never Kedge. */
export interface Keys {
  adminToken: string
  tokenFile: string
  serviceAccountKey: string
  serviceAccountPublicKey: string
  certificates: string
  /** Written by the API server at its first start. */
  caFile: string
}

/** Makes the keys of one run. */
export function writeKeys(): Keys {
  const folder = join(RUN, 'keys')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const keys: Keys = {
    adminToken: randomBytes(24).toString('hex'),
    tokenFile: join(folder, 'tokens.csv'),
    serviceAccountKey: join(folder, 'service-account.key'),
    serviceAccountPublicKey: join(folder, 'service-account.pub'),
    certificates: folder,
    caFile: join(folder, 'apiserver.crt'),
  }
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2_048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  const secret = { mode: 0o600 }
  writeFileSync(keys.serviceAccountKey, privateKey, secret)
  writeFileSync(keys.serviceAccountPublicKey, publicKey, secret)
  writeFileSync(keys.tokenFile, `${keys.adminToken},bench-admin,bench-admin,system:masters\n`, secret)
  return keys
}

/** Writes a kubeconfig for one user of a token. */
export function writeKubeconfig(file: string, access: { server: string; caFile: string; token: string; namespace?: string }): void {
  const cluster = { server: access.server, 'certificate-authority-data': readFileSync(access.caFile).toString('base64') }
  const context = { cluster: 'bench', user: 'bench', ...(access.namespace !== undefined && { namespace: access.namespace }) }
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'bench',
    clusters: [{ name: 'bench', cluster }],
    users: [{ name: 'bench', user: { token: access.token } }],
    contexts: [{ name: 'bench', context }],
  }
  writeFileSync(file, JSON.stringify(config, undefined, 1), { mode: 0o600 })
}
