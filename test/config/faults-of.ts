import { loadConfig } from '../../src/config/load.ts'
import { KedgeError } from '../../src/domain/errors.ts'
import { configFolder } from './files.ts'

/** What loading a file is refused with; each fault is a line. */
export function faultsOf(
  yaml: string,
  files: Readonly<Record<string, string>> = {},
  env: Readonly<Record<string, string>> = {},
): readonly string[] {
  using folder = configFolder(yaml, files)
  try {
    loadConfig({ file: folder.file, env })
  } catch (fault) {
    if (!(fault instanceof KedgeError) || fault.code !== 'E_CONFIG_INVALID') throw fault
    return fault.what
      .replaceAll(folder.path, 'DIR')
      .split('\n')
      .map((line) => line.trim())
  }
  return []
}
