import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** A version of the program, in a folder. */
export interface Version {
  name: string
  root: string
}

/** The one that this file belongs to. */
export const PRESENT: Version = { name: 'new', root: join(import.meta.dirname, '..', '..', '..') }

const git = (...argv: readonly string[]): Promise<{ stdout: string }> => promisify(execFile)('git', ['-C', PRESENT.root, ...argv])

/** The commit that `ref` names; where nothing is named, that of the last tag. @throws Error where there is none */
export async function commitNamed(ref: string | undefined): Promise<string> {
  const named = ref ?? (await git('describe', '--tags', '--abbrev=0')).stdout.trim()
  return (await git('rev-parse', '--verify', `${named}^{commit}`)).stdout.trim()
}

/** Checks a commit out into a folder of its own, which goes with the stack. Its packages are those of this version. */
export async function checkOut(stack: AsyncDisposableStack, commit: string): Promise<Version> {
  const folder = await mkdtemp(join(tmpdir(), 'kedge-older-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const root = join(folder, 'kedge')
  await git('worktree', 'add', '--quiet', '--detach', root, commit)
  stack.defer(async () => void (await git('worktree', 'remove', '--force', root)))
  await assertSamePackages(root)
  await symlink(join(PRESENT.root, 'node_modules'), join(root, 'node_modules'))
  return { name: 'old', root }
}

interface Package {
  dependencies: Readonly<Record<string, string>>
}

async function assertSamePackages(root: string): Promise<void> {
  const read = async (from: string): Promise<Package> => JSON.parse(await readFile(join(from, 'package.json'), 'utf8')) as Package
  const [{ dependencies: asked }, { dependencies: there }] = await Promise.all([read(root), read(PRESENT.root)])
  const others = Object.keys(asked).filter((name) => asked[name] !== there[name])
  if (others.length > 0) throw new Error(`the older version runs on other packages than this one: ${others.join(', ')}`)
}
