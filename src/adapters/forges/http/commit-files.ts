import { KedgeError } from '../../../domain/errors.ts'
import { plainText } from '../../../domain/words/plain-text.ts'
import type { ChangedFile } from '../../../ports/git.ts'

/**
 * What a forge can say of the executable bit: `set` in any way; `kept` of a file that has it already; `nothing`, so that no file with it
 * can be written.
 */
export type ExecutableBit = 'set' | 'kept' | 'nothing'

/**
 * Refuses what a forge's API has no words for, before anything is written.
 * @throws KedgeError E_FORGE_COMMIT names the first such file
 */
export function insistExpressible(vendor: string, files: readonly ChangedFile[], bit: ExecutableBit): void {
  for (const { path, before, after } of files) {
    const why = path.isWellFormed() ? whyNot({ before, after }, bit) : 'has a name that is no text'
    if (why === undefined) continue
    const file = JSON.stringify(plainText(path, 200))
    throw new KedgeError('E_FORGE_COMMIT', `${vendor} cannot commit the revert by its API: ${file} ${why}. Nothing was written.`)
  }
}

function whyNot({ before, after }: Pick<ChangedFile, 'before' | 'after'>, bit: ExecutableBit): string | undefined {
  const modes = [before?.mode, after?.mode]
  if (modes.includes('160000')) return 'is a submodule'
  // A link may go; that what is written to its name becomes a file, no forge promises.
  if (after && modes.includes('120000')) return 'is a symbolic link'
  if (!after || bit === 'set') return undefined
  const [was, is] = [before?.mode === '100755', after.mode === '100755']
  if (bit === 'nothing') return was || is ? 'is executable' : undefined
  return is !== was && (before !== undefined || is) ? 'changes whether it is executable' : undefined
}

/** A content as every one of these APIs takes it, whatever bytes it is made of. */
export function base64(content: Uint8Array): string {
  return Buffer.from(content).toString('base64')
}
