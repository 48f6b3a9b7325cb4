import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { spellFault } from './faults.ts'
import { checkConfig, type ConfigLocation, type LoadedConfig } from './load.ts'

/** The files of a configuration, as they are now. */
export interface ConfigSource {
  /** Changes with the content of any of them, however it was replaced. Never throws. */
  fingerprint(): string
  /** Reads them anew. Never throws. */
  read(): { loaded: LoadedConfig } | { faults: readonly string[] }
}

/** The configuration that was loaded from there, and every file that it names. Mounted ones are replaced by a link: content tells. */
export function createConfigSource(location: ConfigLocation, first: LoadedConfig): ConfigSource {
  let files = first.files
  return {
    fingerprint() {
      const hash = createHash('sha256')
      for (const file of files) hash.update(`${file}\0`).update(contentOf(file)).update('\0')
      return hash.digest('hex')
    },
    read() {
      const { loaded, faults, files: named } = checkConfig(location, { secrets: true })
      // Of one that is wrong, too: what is missing may be mounted later.
      files = named
      return loaded ? { loaded } : { faults: faults.map(spellFault) }
    },
  }
}

function contentOf(file: string): Buffer | string {
  try {
    return readFileSync(file)
  } catch (fault) {
    return `cannot be read: ${fault instanceof Error && 'code' in fault ? String(fault.code) : 'unknown'}`
  }
}
