import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { configFileOf, type Environment } from '../../config/env.ts'
import { KedgeError } from '../../domain/errors.ts'
import { shownAddress, webAddress } from '../../domain/words/web-address.ts'

/**
 * Where people reach Kedge: what is given, else `server.publicUrl` of the configuration, without a slash at the end. Argo CD takes it into
 * a template, so it has nothing that would be one.
 * @throws KedgeError E_PUBLIC_URL where neither says it, or it is no address; E_CONFIG_INVALID
 */
export async function publicUrlOf(given: { url?: string | undefined; config?: string | undefined }, env: Environment): Promise<string> {
  const url = given.url ?? (await configured(configFileOf(given.config, env)))
  if (url === undefined) throw new KedgeError('E_PUBLIC_URL', 'nothing says where people reach Kedge')
  return plainUrl(url)
}

/**
 * An address without a slash at the end, and without anything that a template or a file would take for its own. @throws KedgeError
 * E_PUBLIC_URL
 */
export function plainUrl(url: string): string {
  const parsed = webAddress(url)
  if (!parsed || parsed.search !== '' || parsed.hash !== '' || /[{}\s"'\\]/.test(url))
    throw new KedgeError('E_PUBLIC_URL', `${shownAddress(url)} is no address such as https://kedge.example`)
  return `${parsed.origin}${parsed.pathname}`.replace(/\/+$/, '')
}

async function configured(file: string): Promise<string | undefined> {
  const text = readIfThere(file)
  if (text === undefined) return undefined
  const { readConfig } = await import('../../config/load.ts')
  return readConfig(text, dirname(resolve(file))).server.publicUrl
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
