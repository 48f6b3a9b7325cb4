import { z } from 'zod'
import { isConfidential } from '../../../domain/words/web-address.ts'
import { webUrl } from '../../../options/address.ts'
import { caFile } from '../../../options/certificates.ts'
import { path } from '../../../options/file.ts'
import type { SecretReader } from '../../../ports/manifest.ts'
import type { AlertCredential } from './client.ts'

/** The keys that every server of alerts has. */
export const connection = {
  url: webUrl.describe(
    'Its address, with its path prefix where it has one. A token or password is sent nowhere else, and in clear to loopback alone.',
  ),
  tokenFile: path.optional().describe('File with a bearer token, where it wants one.'),
  username: z.string().min(1).max(253).optional().describe('Name for basic authentication, where it wants that.'),
  passwordFile: path.optional().describe('File with its password.'),
  caFile,
}

export interface ConnectionOptions {
  url: string
  tokenFile?: string | undefined
  username?: string | undefined
  passwordFile?: string | undefined
  caFile?: string | undefined
}

/** How Kedge signs in there; undefined where something is missing, which is noted. `variables`: of the environment. */
export function readCredential(
  { url, tokenFile, username, passwordFile }: ConnectionOptions,
  reader: SecretReader,
  variables: { token: string; password: string },
): AlertCredential | undefined {
  const before = reader.faults
  const token = reader.read(['tokenFile'], tokenFile, variables.token)
  const password = username === undefined ? undefined : reader.read(['passwordFile'], passwordFile, variables.password)
  if (username !== undefined && password === undefined && reader.faults === before)
    reader.fault(['passwordFile'], `must name the file with the password, or ${variables.password} must hold it`)
  if (username === undefined && passwordFile !== undefined) reader.fault(['username'], 'is missing, and is needed with passwordFile')
  if (username !== undefined && tokenFile !== undefined) reader.fault(['tokenFile'], 'cannot go together with username')
  const authorization =
    password !== undefined ? `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` : token && `Bearer ${token}`
  if (authorization && !isConfidential(new URL(url))) reader.fault(['url'], 'must be https: the token or password would travel in clear')
  return reader.faults > before ? undefined : { authorization: authorization || undefined }
}

/** The texts of a credential that have to be kept out of sight. */
export function secretsIn({ authorization }: AlertCredential): readonly string[] {
  const [kind, text] = authorization?.split(' ') ?? []
  if (text === undefined) return []
  const password =
    kind === 'Basic'
      ? Buffer.from(text, 'base64')
          .toString('utf8')
          .replace(/^[^:]*:/, '')
      : undefined
  return [text, ...(password ? [password] : [])]
}
