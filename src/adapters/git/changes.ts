import type { CommitSha } from '../../domain/application/commit.ts'
import { KedgeError } from '../../domain/errors.ts'
import type { ChangedFile, FileMode } from '../../ports/git.ts'
import { readSizes } from './contents.ts'
import { readCommit } from './history.ts'
import type { Mirror } from './mirror.ts'
import { decodePath } from './names.ts'

/** A file as `git diff-tree --raw` tells of it. */
interface Raw {
  path: string
  before: { mode: FileMode; oid: string } | undefined
  after: { mode: FileMode; oid: string } | undefined
}

/** See `GitRepository.changesOf`. */
export async function changesOf(
  mirror: Mirror,
  commit: CommitSha,
  limits: { files: number; bytes: number },
): Promise<readonly ChangedFile[] | undefined> {
  const [parent] = (await readCommit(mirror, commit)).parents
  if (!parent) throw new KedgeError('E_GIT_BAD_INPUT', `${commit} has no parent`)
  await mirror.require([parent, commit])
  const options = ['-r', '-z', '--raw', '--no-abbrev', '--no-renames', '--ignore-submodules=none']
  const found = parseRaw(await mirror.local(['diff-tree', ...options, parent, commit]))
  if (found.length > limits.files) return undefined
  const oids = [...new Set(found.flatMap(({ after }) => (after && after.mode !== '160000' ? [after.oid] : [])))]
  const sizes = await readSizes(mirror, oids)
  if ([...sizes.values()].reduce((sum, size) => sum + size, 0) > limits.bytes) return undefined
  const objects = await mirror.objects.contents(oids.map((oid) => Buffer.from(oid)))
  const contents = new Map(oids.map((oid, index) => [oid, objects[index]?.content]))
  const contentOf = ({ mode, oid }: NonNullable<Raw['after']>): Uint8Array => {
    const content = mode === '160000' ? Buffer.alloc(0) : contents.get(oid)
    if (!content) throw new KedgeError('E_GIT_BROKEN_MIRROR', `the content ${oid} cannot be read`)
    return content
  }
  return found.map(({ path, before, after }) => ({ path, before, after: after && { mode: after.mode, content: contentOf(after) } }))
}

/** `:<mode> <mode> <oid> <oid> <status>\0<path>\0`, again and again: https://git-scm.com/docs/git-diff-tree#_raw_output_format */
function parseRaw(bytes: Buffer): readonly Raw[] {
  const parts = bytes.toString('latin1').split('\0')
  const found: Raw[] = []
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const [modeBefore = '', modeAfter = '', oidBefore = '', oidAfter = ''] = (parts[at] ?? '').slice(1).split(' ')
    const path = decodePath(Buffer.from(parts[at + 1] ?? '', 'latin1'))
    found.push({ path, before: sideOf(modeBefore, oidBefore), after: sideOf(modeAfter, oidAfter) })
  }
  return found
}

const MODES: readonly string[] = ['100644', '100755', '120000', '160000'] satisfies FileMode[]

function sideOf(mode: string, oid: string): { mode: FileMode; oid: string } | undefined {
  if (/^0+$/.test(mode)) return undefined
  // Git takes every other mode of a file for one of these.
  return { mode: (MODES.includes(mode) ? mode : '100644') as FileMode, oid }
}
