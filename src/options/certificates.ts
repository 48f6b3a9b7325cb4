import { readFileSync } from 'node:fs'
import { KedgeError } from '../domain/errors.ts'
import { path } from './file.ts'

/** The file of certificates by which a server with a private authority is known. */
export const caFile = path
  .optional()
  .describe('Certificates, in PEM, of the private authority that signed its certificate; then no other is believed.')

/** The same options with that file by its absolute path. */
export function withCaFile<T extends { caFile?: string | undefined }>({ caFile: file, ...options }: T, absolute: (path: string) => string) {
  return { ...options, ...(file !== undefined && { caFile: absolute(file) }) }
}

/**
 * What stands in that file; undefined where none is named.
 * @param of whose certificates they are, as a clause
 * @throws KedgeError E_CONFIG_INVALID where it cannot be read
 */
export function readCertificates(file: string | undefined, of: string): string | undefined {
  if (file === undefined) return undefined
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new KedgeError('E_CONFIG_INVALID', `caFile ${file} of ${of} cannot be read`, { cause })
  }
}
